"""`stancewatch tokens`, and the first admin token: shown once to who stands at the console."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def stancewatch(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STANCEWATCH_")}
    environment = {**kept, "PYTHONPATH": str(Path.cwd()), "STANCEWATCH_DATA_DIR": str(home / "data")}
    command = [sys.executable, "-m", "stancewatch", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False, cwd=home)


def test_a_token_from_its_making_to_its_end(home: Path) -> None:
    first, again = stancewatch(home, "db", "upgrade"), stancewatch(home, "db", "upgrade")
    assert first.stdout.count("swt_") == 1
    assert (again.returncode, "swt_" in again.stdout) == (0, False)

    made = stancewatch(home, "tokens", "create", "research desk", "--scope", "write", "--days", "30", "--json")
    new = json.loads(made.stdout)
    assert (new["token"][:4], new["scope"], new["state"]) == ("swt_", "write", "valid")
    assert new["expires_at"] > new["created_at"]

    twice = stancewatch(home, "tokens", "create", "research desk")
    assert (twice.returncode, twice.stderr.count("\n")) == (2, 1)
    assert stancewatch(home, "tokens", "revoke", "research desk").returncode == 0

    listed = stancewatch(home, "tokens", "list", "--json").stdout
    assert [json.loads(line)["state"] for line in listed.splitlines()] == ["valid", "revoked"]
    assert "swt_" not in listed
    database = b"".join(path.read_bytes() for path in (home / "data").glob("stancewatch.db*"))
    assert new["token"].encode() not in database

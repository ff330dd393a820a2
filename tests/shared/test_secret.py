"""No service starts without a key of its own installation; the embedded default makes one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.failures import UserMistake
from shared.secret import derived, refuse_without_key
from shared.settings import Settings

GIVEN = "kX3-9dTq7_rVw2ZbL8mNfP5sYh6JcG4a"
ELSEWHERE = "postgresql://db.invalid/stancewatch"


def test_one_machine_needs_none(tmp_path: Path) -> None:
    refuse_without_key(Settings(_env_file=None, data_dir=tmp_path, secret_key=""))


def test_with_a_database_server_it_must_be_set(tmp_path: Path) -> None:
    refuse_without_key(Settings(_env_file=None, data_dir=tmp_path, database_url=ELSEWHERE, secret_key=GIVEN))
    with pytest.raises(UserMistake, match="STANCEWATCH_SECRET_KEY: is not set"):
        refuse_without_key(Settings(_env_file=None, data_dir=tmp_path, database_url=ELSEWHERE, secret_key=""))


def test_keys_differ_by_purpose() -> None:
    assert derived(GIVEN, "sessions") != derived(GIVEN, "forms")
    assert len(derived(GIVEN, "sessions")) == 32


@pytest.mark.parametrize(
    ("key", "said"),
    [
        pytest.param("", "STANCEWATCH_SECRET_KEY: is not set", id="none"),
        pytest.param("changeme", "STANCEWATCH_SECRET_KEY: is a default", id="a default one"),
    ],
)
def test_a_worker_refuses_to_start(tmp_path: Path, key: str, said: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STANCEWATCH_")}
    chosen = {"DATABASE_URL": ELSEWHERE, "DATA_DIR": str(tmp_path), "SECRET_KEY": key}
    environment = kept | {"PYTHONPATH": str(Path.cwd())} | {f"STANCEWATCH_{k}": value for k, value in chosen.items()}
    command = [sys.executable, "-m", "celery", "-A", "services.ingest.tasks", "worker", "-Q", "ingest", "-P", "solo"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert said in done.stderr.strip().splitlines()[-1]

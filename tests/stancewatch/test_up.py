"""`stancewatch up` on a bad day: a second start, a worker that dies, a stop."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PATIENCE_SECONDS = 90
pytestmark = [pytest.mark.slow, pytest.mark.timeout(280)]


@dataclass(frozen=True, slots=True)
class Up:
    """A running `stancewatch up`, its environment, and the address of its pages."""

    process: subprocess.Popen[str]
    environment: dict[str, str]
    address: str

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "stancewatch", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)

    def readiness(self) -> int:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def workers(self) -> dict[str, int]:
        """The main processes of the workers by name."""
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != self.process.pid:
                words = command_of(folder)
                if parent_of(folder) == self.process.pid and "worker" in words:
                    found[next(w for w in words if w.startswith("services.")).split(".")[1]] = int(folder.name)
        return found


def command_of(folder: Path) -> list[str]:
    try:
        return (folder / "cmdline").read_text().split("\0")
    except OSError:
        return []


def parent_of(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STANCEWATCH_")}
    environment = {
        **kept,
        "PYTHONPATH": str(Path.cwd()),
        "STANCEWATCH_DATA_DIR": str(tmp_path / "data"),
        "STANCEWATCH_API_PORT": str(port),
        "STANCEWATCH_SWEEP_SECONDS": "1",
    }
    command = [sys.executable, "-m", "stancewatch", "up"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield Up(process, environment, f"http://127.0.0.1:{port}")
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def wait_until(what: str, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, f"waited {PATIENCE_SECONDS} s in vain until {what}"
        time.sleep(0.2)


def bad_findings(up: Up) -> list[str]:
    findings = map(json.loads, up.run("doctor", "--json").stdout.splitlines())
    return [one["check"] for one in findings if one["health"] == "bad"]


def test_it_refuses_a_second_start_revives_a_dead_worker_and_stops_clean(up: Up) -> None:
    wait_until("it is ready", lambda: up.readiness() == 200)
    wait_until("the doctor finds nothing bad", lambda: bad_findings(up) == [])

    second = up.run("up")
    assert second.returncode == 2
    assert "another stancewatch runs on this data" in second.stderr

    before = up.workers()
    assert set(before) == {"ingest", "extract", "alert"}
    os.killpg(before["ingest"], signal.SIGKILL)
    wait_until("ingest is there again", lambda: up.workers().get("ingest", before["ingest"]) != before["ingest"])

    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(60) == 0
    assert up.workers() == {}
    assert up.readiness() == 0

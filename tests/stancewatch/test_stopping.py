"""Whoever stops a command, and however: it ends soon, says so by its exit status, and leaves no process behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from uuid import uuid4

import pytest

from stancewatch.sinks import first_entries

PATIENCE_SECONDS = 120
MARK = "STOPPING_TEST"
WORKERS = ("services.ingest.tasks", "services.extract.tasks", "services.alert.tasks")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(280),
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc"),
]


@dataclass(frozen=True, slots=True)
class Started:
    """A command that runs, and the word in its environment by which whatever it starts is known."""

    process: subprocess.Popen[str]
    mark: str

    def family(self) -> dict[int, str]:
        """Every process that it or its children started and that still runs, by number: its command line."""
        found: dict[int, str] = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and f"{MARK}={self.mark}".encode() in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except (OSError, UnicodeDecodeError):
                continue  # it has just ended, or is somebody else's
        found.pop(self.process.pid, None)
        return found

    def works(self) -> bool:
        """Whether every worker has a process that takes work, beside the one that leads it."""
        assert self.process.poll() is None, self.process.communicate()
        lines = self.family().values()
        return all(sum(part in line for line in lines) >= 2 for part in WORKERS)

    def stop(self, kind: signal.Signals) -> int:
        """Send a signal to the command alone, as a service manager does, and return its exit status."""
        self.process.send_signal(kind)
        return self.process.wait(PATIENCE_SECONDS)

    def end(self) -> None:
        """Leave nothing behind, whatever the test found."""
        for number in (*self.family(), *([self.process.pid] if self.process.poll() is None else [])):
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.communicate()


@pytest.fixture
def begin(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., Started]:
    """Start `stancewatch` with some words; what still runs at the end of the test is ended."""

    def start(*words: str) -> Started:
        mark = uuid4().hex
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STANCEWATCH_")}
        environment |= {"STANCEWATCH_DATA_DIR": str(tmp_path / "data"), "STANCEWATCH_API_PORT": "0", MARK: mark}
        process = subprocess.Popen(
            [sys.executable, "-m", "stancewatch", *words],
            env={**environment, "TMPDIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started = Started(process, mark)
        request.addfinalizer(started.end)
        return started

    return start


def wait_until(what: str, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, f"waited {PATIENCE_SECONDS} s in vain until {what}"
        time.sleep(0.1)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda kind: kind.name)
def test_a_demo_that_is_stopped_at_work_ends_what_it_started(
    begin: Callable[..., Started], tmp_path: Path, kind: signal.Signals
) -> None:
    (tmp_path / "feed.xml").write_bytes(first_entries(Path("seeds/feed.xml").read_bytes(), 0))  # so it goes on waiting
    copy(Path("seeds/watchlist.yaml"), tmp_path)
    demo = begin("demo", "--seeds", str(tmp_path), "--patience", "200")
    wait_until("all its workers work", demo.works)
    assert demo.stop(kind) == 128 + kind
    assert demo.family() == {}
    assert demo.process.stderr is not None
    assert demo.process.stderr.read().strip() == f"stancewatch: stopped by {kind.name}"


def test_a_demo_that_is_stopped_while_it_starts_ends_what_it_started(begin: Callable[..., Started]) -> None:
    demo = begin("demo")
    wait_until("its first program runs", lambda: bool(demo.family()))
    assert demo.stop(signal.SIGTERM) == 128 + signal.SIGTERM
    assert demo.family() == {}


def test_a_demo_that_stays_ends_well(begin: Callable[..., Started]) -> None:
    """It showed what it had to show; to be stopped is then its normal end."""
    demo = begin("demo", "--stay")
    assert demo.process.stdout is not None
    for line in demo.process.stdout:
        if "until Ctrl-C" in line:
            break
    assert demo.stop(signal.SIGTERM) == 0
    assert demo.family() == {}


def test_up_ends_with_all_its_programs_when_its_terminal_closes(begin: Callable[..., Started]) -> None:
    up = begin("up")
    wait_until("all its workers work", up.works)
    assert up.stop(signal.SIGHUP) == 0
    assert up.family() == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process when its parent dies")
def test_what_a_killed_command_started_ends_by_itself(begin: Callable[..., Started]) -> None:
    up = begin("up")
    wait_until("all its workers work", up.works)
    assert up.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until("nothing is left", lambda: up.family() == {})


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP], ids=lambda kind: kind.name)
def test_a_replay_that_is_stopped_leaves_neither_processes_nor_files(
    begin: Callable[..., Started], tmp_path: Path, kind: signal.Signals
) -> None:
    def databases() -> list[Path]:
        return list(tmp_path.glob("stancewatch-replay-*/replay.db"))

    replay = begin("replay", "seeds/feed.xml", "--watchlist", "seeds/watchlist.yaml", "--json")
    wait_until("it has a database of its own", lambda: bool(databases()))
    assert replay.stop(kind) == 128 + kind
    assert replay.family() == {}
    assert list(tmp_path.glob("stancewatch-replay-*")) == []

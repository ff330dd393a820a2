"""The whole system on this machine: embedded broker, current schema, workers, scheduler and API."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from shared.database import create_database
from shared.failures import UserMistake
from shared.schema import upgrade
from shared.sealing import service_key
from shared.settings import Settings
from stancewatch.supervisor import Place, Running, embedded_broker, programs, start, stop, wait_for_broker

PREFIX = "STANCEWATCH_"


@dataclass(frozen=True, slots=True)
class System:
    """What runs, and the place where a fallen program is started again."""

    place: Place
    running: list[Running]


@contextmanager
def running_system(settings: Settings, *, host: str, port: int) -> Iterator[System]:
    """Start everything under `settings.data_dir`, and stop all of it at the end, however the end comes."""
    home = settings.data_dir.absolute()
    with _place(settings, home) as place:
        running: list[Running] = []
        try:
            if not settings.broker_url:
                running.append(start(embedded_broker(settings.broker_socket, folder=home / "broker"), place))
                wait_for_broker(settings.broker_socket, running[0])
            prepare_database(settings)
            for one in programs(scheduler_file=home / "scheduler", host=host, port=port):
                running.append(start(one, place))  # one by one: what has started is stopped, wherever this ends
            yield System(place, running)
        finally:
            stop(running)


@contextmanager
def _place(settings: Settings, home: Path) -> Iterator[Place]:
    """Hold the data folder for this system alone; its programs keep holding it should this process be killed."""
    logs = home / "logs"
    try:
        logs.mkdir(parents=True, exist_ok=True)
        lock = (home / "lock").open("a")
    except OSError as error:
        raise UserMistake(f"{home}: cannot be written ({error.strerror}); set STANCEWATCH_DATA_DIR") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserMistake(
                f"{home}: another stancewatch runs on this data; stop it or set STANCEWATCH_DATA_DIR"
            ) from error
        yield Place(environment_of(_with_key(settings)), logs, lock.fileno())


def _with_key(settings: Settings) -> Settings:
    """All programs that are started here are on this machine, so that one key made here serves them all."""
    return settings.model_copy(update={"secret_key": SecretStr(service_key(settings))})


def prepare_database(settings: Settings) -> None:
    """Create the database or bring it up to date."""
    database = create_database(settings.database)
    upgrade(database)
    database.dispose()


def environment_of(settings: Settings) -> dict[str, str]:
    """Return this process's environment with exactly `settings` in it, and this code where Python looks first."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    code = str(Path(__file__).parents[1])
    path = os.pathsep.join(part for part in (code, inherited.get("PYTHONPATH", "")) if part)
    return {**inherited, "PYTHONPATH": path, **{PREFIX + name.upper(): value for name, value in _as_text(settings)}}


def _as_text(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if value is None:
            continue
        if isinstance(value, SecretStr):
            yield name, value.get_secret_value()
        elif isinstance(value, tuple):
            yield name, json.dumps(value)
        else:
            yield name, str(value)

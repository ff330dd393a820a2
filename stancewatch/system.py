"""The whole system on this machine: embedded broker, current schema, workers, scheduler and API."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.database import create_database
from shared.schema import upgrade
from shared.settings import Settings
from stancewatch.supervisor import Running, embedded_broker, programs, start, stop, wait_for_broker

PREFIX = "STANCEWATCH_"


@contextmanager
def running_system(settings: Settings, *, host: str, port: int) -> Iterator[list[Running]]:
    """Start everything under `settings.data_dir`, and stop all of it at the end, however the end comes."""
    home = settings.data_dir.absolute()
    logs = home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    environment = environment_of(settings)
    running: list[Running] = []
    try:
        if not settings.broker_url:
            server = embedded_broker(settings.broker_socket, folder=home / "broker")
            running.append(start(server, environment=environment, folder=logs))
            wait_for_broker(settings.broker_socket, running[0])
        prepare_database(settings)
        for program in programs(scheduler_file=home / "scheduler", host=host, port=port):
            running.append(start(program, environment=environment, folder=logs))
        yield running
    finally:
        stop(running)


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
        if name == "smtp_password":
            yield name, value.get_secret_value()
        elif isinstance(value, tuple):
            yield name, json.dumps(value)
        else:
            yield name, str(value)

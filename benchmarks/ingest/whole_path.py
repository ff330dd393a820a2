"""Our ingest as it runs in life: a Celery worker over the bundled broker and a database, rung by the sweep's task."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from celery import Celery
from sqlalchemy import Engine, func, update
from sqlmodel import Session, col, select

from shared.clock import utc_now
from shared.database import create_database
from shared.schema import upgrade
from shared.tables import Feed, FeedPoll, Heartbeat, PollLog
from shared.transaction import Begin, transactions
from stancewatch.supervisor import CELERY, WORKER, Place, Program, embedded_broker, start, stop, wait_for_broker

PROJECT = Path(__file__).parents[2]
PATIENCE_SECONDS = 900
SWEEP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class WholePath:
    """How all feeds are asked once, and the processes of the worker."""

    ask_all: Callable[[], None]
    worker: Callable[[], list[psutil.Process]]


@contextmanager
def whole_path(urls: tuple[str, ...], folder: Path, *, queues: str = "ingest") -> Iterator[WholePath]:
    """Run a broker and one worker until the block ends."""
    database = create_database(f"sqlite:///{folder / 'stancewatch.db'}")
    add_feeds(database, urls, due_at=utc_now() + timedelta(days=1))
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
    place = Place(_environment(folder), folder, lock)
    running = [start(embedded_broker(folder / "broker.sock", folder=folder / "broker"), place)]
    try:
        wait_for_broker(folder / "broker.sock", running[0])
        command = (*CELERY, "-A", "services.ingest.tasks", "worker", "-Q", queues, "-n", "bench@%h", *WORKER)
        running.append(start(Program("ingest", command), place))
        worker = psutil.Process(running[1].process.pid)
        app = Celery("bench", broker=f"redis+socket://{folder / 'broker.sock'}")
        app.conf.update(broker_transport_options={"global_keyprefix": "stancewatch:"}, task_ignore_result=True)
        _wait_for_worker(database, app)
        yield WholePath(
            ask_all=lambda: _ask_all(database, app, len(urls)),
            worker=lambda: [worker, *worker.children(recursive=True)],
        )
    finally:
        stop(running)
        os.close(lock)


def add_feeds(database: Engine, urls: tuple[str, ...], *, due_at: datetime) -> Begin:
    """Make a database with feeds that are due at `due_at`."""
    upgrade(database)
    begin = transactions(database, lambda event: None)
    with begin() as tx:
        for number, url in enumerate(urls):
            tx.session.add(Feed(id=number + 1, url=url, added_at=utc_now()))
        tx.session.flush()
        for number in range(len(urls)):
            tx.session.add(FeedPoll(feed_id=number + 1, next_poll_at=due_at))
    return begin


def _wait_for_worker(database: Engine, app: Celery) -> None:
    app.send_task("ingest.find_work", queue="ingest")
    with Session(database) as session:
        while session.exec(select(Heartbeat)).first() is None:
            session.rollback()
            time.sleep(0.1)


def _ask_all(database: Engine, app: Celery, count: int) -> None:
    """Let all feeds be due, ring as the scheduler does, and wait until each has a new line in its log."""
    before = _lines(database)
    with Session(database) as session, session.begin():
        due = utc_now() - timedelta(seconds=1)
        session.execute(update(FeedPoll).values(next_poll_at=due, nudged_at=None))
    deadline, rung_at = time.monotonic() + PATIENCE_SECONDS, 0.0
    while _lines(database) < before + count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{_lines(database) - before} of {count} feeds were asked")
        if time.monotonic() - rung_at > SWEEP_SECONDS:
            app.send_task("ingest.find_work", queue="ingest", expires=60)
            rung_at = time.monotonic()
        time.sleep(0.02)


def _lines(database: Engine) -> int:
    """Return the newest line's number, which costs nothing; lines are never deleted here."""
    with database.connect() as connection:
        return connection.scalar(select(func.max(col(PollLog.id)))) or 0


def _environment(folder: Path) -> dict[str, str]:
    """Return the settings of a worker that may reach this machine and is polite to nobody."""
    ours = {
        "DATA_DIR": str(folder),
        "ALLOWED_NETWORKS": '["127.0.0.0/8"]',
        "HOST_SPACING_SECONDS": "0",
        "HOST_FEEDS_IN_BATCH": "64",
        "LOG_LEVEL": "WARNING",
    }
    given = {name: value for name, value in os.environ.items() if not name.startswith("STANCEWATCH_")}
    return {**given, "PYTHONPATH": str(PROJECT), **{f"STANCEWATCH_{name}": value for name, value in ours.items()}}

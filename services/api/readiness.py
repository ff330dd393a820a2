"""Whether the system can do its work now: database, broker, and how long the oldest waiting row has waited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from services.api import queries
from services.api.deps import BrokerUnreachable, Edges
from shared import handoffs

LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was asked: whether it is well, and a word on why not or how."""

    ok: bool
    word: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answers of all checks."""

    database: Check
    broker: Check
    waiting: Check

    @property
    def ready(self) -> bool:
        """Whether every check is well."""
        return self.database.ok and self.broker.ok and self.waiting.ok


def check_readiness(edges: Edges) -> Readiness:
    """Ask the database, the broker and the waiting rows."""
    database = check_database(edges.schema_is_current)
    waiting = check_waiting(edges, now=edges.now()) if database.ok else Check(ok=False, word="database not ready")
    return Readiness(database=database, broker=check_broker(edges.ping_broker), waiting=waiting)


def check_database(schema_is_current: Callable[[], bool]) -> Check:
    """Tell whether the database answers and has all migrations."""
    try:
        current = schema_is_current()
    except DBAPIError as error:
        return Check(ok=False, word=f"not reachable ({type(error).__name__})")
    return Check(ok=True, word="reachable") if current else Check(ok=False, word="run: stancewatch db upgrade")


def check_broker(ping: Callable[[], None]) -> Check:
    """Tell whether the broker answers; the reason stays in the log, since it may name hosts."""
    try:
        ping()
    except BrokerUnreachable:
        return Check(ok=False, word="not reachable")
    return Check(ok=True, word="reachable")


def check_waiting(edges: Edges, *, now: datetime) -> Check:
    """Tell since how long the oldest handoff or overdue delivery waits."""
    with edges.read() as session:
        since = [handoffs.oldest_waiting(session), queries.oldest_delivery_due(session, now)]
    oldest = min((moment for moment in since if moment is not None), default=None)
    if oldest is None:
        return Check(ok=True, word="nothing waits")
    age = max(now - oldest, timedelta(0))
    word = f"oldest row waits {int(age.total_seconds())} s"
    return Check(ok=True, word=word) if age <= LATE else Check(ok=False, word=f"{word}; are the workers running?")

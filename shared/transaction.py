"""A transaction whose events leave after the commit, each with a row behind it that outlives a lost message."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlmodel import Session

from shared import handoffs
from shared.database import READ_ONLY
from shared.events import Event

Publish = Callable[[Event], None]


@dataclass(slots=True)
class Transaction:
    """A session and the events that will leave if it commits."""

    session: Session
    events: list[Event] = field(default_factory=list)

    def emit(self, *events: Event, together: int = 1) -> None:
        """Leave `events` for their listeners: rows now, nudges after the commit.

        One nudge stands for so many `together` where its hearer comes to the subjects that follow by itself.
        """
        handoffs.leave(self.session, *events)
        self.events.extend(events[::together])


Begin = Callable[[], AbstractContextManager[Transaction]]
Read = Callable[[], AbstractContextManager[Session]]


def transactions(database: Engine, publish: Publish) -> Begin:
    """Return `begin`: commits and then publishes, or rolls back and publishes nothing."""

    @contextmanager
    def begin() -> Iterator[Transaction]:
        with Session(database, expire_on_commit=False) as session, session.begin():
            transaction = Transaction(session)
            yield transaction
        for event in transaction.events:
            publish(event)

    return begin


def reads(database: Engine) -> Read:
    """Return `read`: a session that takes no write lock and saves nothing."""
    quiet = database.execution_options(**{READ_ONLY: True})

    @contextmanager
    def read() -> Iterator[Session]:
        with Session(quiet, expire_on_commit=False) as session:
            yield session

    return read

"""Holding a row for a while: compare-and-set with a token, in the database's own time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, CursorResult, Table, func, or_, select, update
from sqlmodel import Session

from shared.clock import utc_now
from shared.failures import LeaseLost

DATABASE_NOW = select(func.clock_timestamp())


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to finish one row until `until`; whoever holds another token has taken over."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LeasePolicy:
    """How long a worker may hold a row, and how many tries a row gets before a person must look at it."""

    seconds: float
    most_attempts: int


def database_now(session: Session) -> datetime:
    """Return the database's time, so that workers with wrong clocks agree; SQLite has only its host's."""
    if session.get_bind().dialect.name == "sqlite":
        return utc_now()
    moment: datetime = session.execute(DATABASE_NOW).scalar_one()
    return moment.astimezone(UTC)


def new_lease(now: datetime, *, seconds: float) -> Lease:
    """Return a lease from now on; it is nobody's before it is written to a row."""
    return Lease(token=uuid4().hex, until=now + timedelta(seconds=seconds))


def take(session: Session, table: Table, key: ColumnElement[bool], *, seconds: float, **values: Any) -> Lease | None:
    """Take the row that `key` names unless somebody holds it; `values` are set in the same statement."""
    now = database_now(session)
    lease = new_lease(now, seconds=seconds)
    free = or_(table.c.lease_until.is_(None), table.c.lease_until < now)
    taken = _changed(
        session,
        update(table).where(key, free).values(lease_token=lease.token, lease_until=lease.until, **values),
    )
    return lease if taken else None


def let_go(session: Session, table: Table, key: ColumnElement[bool], lease: Lease, **values: Any) -> None:
    """Write `values` and free the row, or raise `LeaseLost` where another token stands there by now."""
    mine = table.c.lease_token == lease.token
    if not _changed(session, update(table).where(key, mine).values(lease_token=None, lease_until=None, **values)):
        raise LeaseLost(f"{table.name}: another worker has taken this row over")


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1

"""Requests that may come twice: claimed by their Idempotency-Key, answered once, the answer kept for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import ColumnElement, Table, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from shared.tables import KeptAnswer

kept_answer: Table = KeptAnswer.__table__  # type: ignore[attr-defined]

KEPT = timedelta(hours=24)
AT_IT = timedelta(seconds=60)  # far longer than any request takes


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request with a key: whose it is, the key, and a hash of all that it asks."""

    token_id: int
    key: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a request was answered."""

    status: int
    body: str
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """The request is new, or was broken off without an effect: carry it out."""

    request: Repeatable
    claim: str


class Clash(StrEnum):
    OTHER_REQUEST = "this Idempotency-Key was used for another request; take a new one"
    IN_HAND = "the request with this Idempotency-Key is being carried out; ask again in a moment"


def claim(session: Session, request: Repeatable, *, now: datetime) -> Claimed | Done | Clash:
    """Claim a request, or return what it was answered, or why it cannot be carried out."""
    session.execute(delete(kept_answer).where(kept_answer.c.kept_until <= now))
    mine = Claimed(request, uuid4().hex)
    fresh = {"claim": mine.claim, "claimed_until": now + AT_IT, "kept_until": now + KEPT}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(kept_answer).values(
        token_id=request.token_id, key=request.key, request_hash=request.request_hash, **fresh
    )
    if session.execute(new.on_conflict_do_nothing().returning(kept_answer.c.key)).first():
        return mine
    row = session.get_one(KeptAnswer, (request.token_id, request.key), with_for_update=True)
    if row.request_hash != request.request_hash:
        return Clash.OTHER_REQUEST
    if row.status is not None:
        return Done(row.status, row.body or "", row.location)
    if now < row.claimed_until:
        return Clash.IN_HAND
    row.claim, row.claimed_until = mine.claim, now + AT_IT
    session.add(row)
    return mine


def keep(session: Session, claimed: Claimed, done: Done) -> bool:
    """Keep an answer in the transaction of its effect; tell whether the claim still stood."""
    answer = {"status": done.status, "body": done.body, "location": done.location}
    mine = _mine(claimed)
    return (
        session.execute(update(kept_answer).where(mine).values(answer).returning(kept_answer.c.key)).first() is not None
    )


def give_up(session: Session, claimed: Claimed) -> None:
    """Forget a request that came to nothing, so that it may be sent again."""
    session.execute(delete(kept_answer).where(_mine(claimed)))


def _mine(claimed: Claimed) -> ColumnElement[bool]:
    whose = kept_answer.c.token_id == claimed.request.token_id
    return whose & (kept_answer.c.key == claimed.request.key) & (kept_answer.c.claim == claimed.claim)

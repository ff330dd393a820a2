"""What the chat reader asks of the database, and what it notes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, select
from sqlmodel import Session

from services.extract.chat_pause import MEMORY, Tried, paused_until
from services.extract.chat_reader import NOT_ASKED, Noted, Standing
from services.extract.values import Opinion
from shared import tables
from shared.reader_words import ChatOutcome, FoundBy
from shared.transaction import Begin
from shared.vocabulary import Stance

readings: Table = tables.ChatReading.__table__  # type: ignore[attr-defined]
statements: Table = tables.Statement.__table__  # type: ignore[attr-defined]

# A message came: the question need not be put again. What failed is kept for a while, for people to see.
CAME = (ChatOutcome.ANSWERED, ChatOutcome.BAD_ANSWER, ChatOutcome.INVENTED_QUOTE)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StoredNotebook:
    """Questions and answers in the database, shared by all workers."""

    begin: Begin

    def known(self, key: str) -> str | None:
        came = (readings.c.key == key) & readings.c.outcome.in_(CAME)
        with self.begin() as tx:
            latest = select(readings.c.content).where(came).order_by(readings.c.id.desc()).limit(1)
            return tx.session.execute(latest).scalar_one_or_none()

    def standing(self, now: datetime) -> Standing:
        with self.begin() as tx:
            return standing(tx.session, now=now)

    def keep(self, noted: Noted) -> None:
        failed = readings.c.outcome.not_in(CAME) & (readings.c.asked_at < noted.asked_at - KEPT)
        exchange = noted.exchange
        row = {"key": noted.key, "model": noted.model, "asked_at": noted.asked_at, "seconds": noted.seconds}
        row |= {"outcome": exchange.outcome, "content": exchange.content, "tokens": exchange.tokens}
        with self.begin() as tx:
            tx.session.execute(delete(readings).where(failed))
            tx.session.execute(readings.insert().values(row | {"retry_after": exchange.retry_after}))


def standing(session: Session, *, now: datetime) -> Standing:
    """Return what was spent since midnight UTC, and until when the latest tries bid us wait."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    spent = select(func.coalesce(func.sum(readings.c.tokens), 0)).where(readings.c.asked_at >= midnight)
    latest = (
        select(readings.c.asked_at, readings.c.outcome, readings.c.retry_after)
        .where(readings.c.outcome.not_in(NOT_ASKED))
        .order_by(readings.c.id.desc())
        .limit(MEMORY)
    )
    tried = [Tried(*row) for row in session.execute(latest)]
    return Standing(int(session.execute(spent).scalar_one()), paused_until(tried))


def counts(session: Session, *, since: datetime) -> Mapping[ChatOutcome, int]:
    """Return how many questions came to what since then."""
    grouped = select(readings.c.outcome, func.count().label("number")).where(readings.c.asked_at >= since)
    return {row.outcome: row.number for row in session.execute(grouped.group_by(readings.c.outcome))}


@dataclass(frozen=True, slots=True)
class ReadBy:
    """Which reader found a statement, with what stance, and what the chat reader thinks of it if it was asked."""

    found_by: FoundBy
    stance: Stance
    opinion: Opinion | None


def read_by(session: Session, numbers: Sequence[int]) -> Mapping[int, ReadBy]:
    """Return for each of these statements who read it how."""
    columns = (statements.c.id, statements.c.found_by, statements.c.stance)
    rows = session.execute(
        select(*columns, statements.c.chat_model, statements.c.chat_stance).where(statements.c.id.in_(numbers))
    )
    return {
        row.id: ReadBy(row.found_by, row.stance, Opinion(row.chat_model, row.chat_stance) if row.chat_stance else None)
        for row in rows
    }

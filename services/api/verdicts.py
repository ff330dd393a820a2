"""What people say of single readings: confirmed, rejected, or taken back; who said it and when is kept for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, func, insert, null, select, update
from sqlmodel import Session

from shared.events import StatementsTagged
from shared.failures import UserMistake
from shared.tables import Shift, ShiftVerdict, Statement, StatementVerdict, Tagging
from shared.transaction import Transaction
from shared.vocabulary import Decision

statement: Table = Statement.__table__  # type: ignore[attr-defined]
shift: Table = Shift.__table__  # type: ignore[attr-defined]
tagging: Table = Tagging.__table__  # type: ignore[attr-defined]
on_statement: Table = StatementVerdict.__table__  # type: ignore[attr-defined]
on_shift: Table = ShiftVerdict.__table__  # type: ignore[attr-defined]
before, after = statement.alias("before"), statement.alias("after")

WHAT_WAS_READ = ("article_id", "actor_id", "issue_id", "kind", "words")
THE_PAIR = ("figure_id", "issue_id", "before_article_id", "before_words", "after_article_id", "after_words")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody says of a reading, and why."""

    decision: Decision
    by: str
    why: str = ""


def decide_statement(tx: Transaction, statement_id: int, opinion: Opinion, *, now: datetime) -> None:
    """Confirm or reject what words were read as, for this and every later reading of them; the timeline follows."""
    read = _statement(tx.session, statement_id)
    key = {name: read[name] for name in WHAT_WAS_READ}
    _undo(tx.session, on_statement, key, by=opinion.by, now=now)
    row = {**key, "statement_id": statement_id, "stance": read["stance"], **_said(opinion, now)}
    tx.session.execute(insert(on_statement).values(row))
    holds = case((statement.c.stance == read["stance"], opinion.decision.value), else_=null())
    decided = opinion.decision if opinion.decision is Decision.REJECT else holds
    tx.session.execute(update(statement).where(_is(statement, key)).values(decided=decided))
    _read_again(tx, key["article_id"])


def undo_statement(tx: Transaction, statement_id: int, *, by: str, now: datetime) -> None:
    """Take back what was said of a statement."""
    read = _statement(tx.session, statement_id)
    key = {name: read[name] for name in WHAT_WAS_READ}
    if not _undo(tx.session, on_statement, key, by=by, now=now):
        raise UserMistake(f"nobody has confirmed or rejected statement {statement_id}")
    tx.session.execute(update(statement).where(_is(statement, key)).values(decided=None))
    _read_again(tx, key["article_id"])


def decide_shift(tx: Transaction, shift_id: int, opinion: Opinion, *, now: datetime) -> None:
    """Confirm or reject a change of position between two quotes; a rejected pair never comes back."""
    pair = _pair(tx.session, shift_id)
    _undo(tx.session, on_shift, pair, by=opinion.by, now=now)
    tx.session.execute(insert(on_shift).values({**pair, "shift_id": shift_id, **_said(opinion, now)}))
    tx.session.execute(update(shift).where(shift.c.id == shift_id).values(decided=opinion.decision))
    _read_again(tx, pair["after_article_id"])


def undo_shift(tx: Transaction, shift_id: int, *, by: str, now: datetime) -> None:
    """Take back what was said of a shift."""
    pair = _pair(tx.session, shift_id)
    if not _undo(tx.session, on_shift, pair, by=by, now=now):
        raise UserMistake(f"nobody has confirmed or rejected shift {shift_id}")
    tx.session.execute(update(shift).where(shift.c.id == shift_id).values(decided=None))
    _read_again(tx, pair["after_article_id"])


def _said(opinion: Opinion, now: datetime) -> dict[str, Any]:
    return {"decision": opinion.decision, "decided_by": opinion.by, "decided_at": now, "why": opinion.why}


def _statement(session: Session, statement_id: int) -> dict[str, Any]:
    columns = [statement.c[name] for name in (*WHAT_WAS_READ, "stance")]
    row = session.execute(select(*columns).where(statement.c.id == statement_id)).mappings().first()
    if row is None:
        raise UserMistake(f"there is no statement {statement_id}; `stancewatch explain` names them")
    return dict(row)


def _pair(session: Session, shift_id: int) -> dict[str, Any]:
    quoted = (
        select(
            *(shift.c.figure_id, shift.c.issue_id),
            *(before.c.article_id.label("before_article_id"), before.c.words.label("before_words")),
            *(after.c.article_id.label("after_article_id"), after.c.words.label("after_words")),
        )
        .join(before, before.c.id == shift.c.before_statement_id)
        .join(after, after.c.id == shift.c.after_statement_id)
    )
    row = session.execute(quoted.where(shift.c.id == shift_id)).mappings().first()
    if row is None:
        raise UserMistake(f"there is no shift {shift_id}; `stancewatch explain` names them")
    return dict(row)


def _undo(session: Session, table: Table, key: dict[str, Any], *, by: str, now: datetime) -> bool:
    open_still = and_(_is(table, key), table.c.undone_at.is_(None))
    undone = session.execute(update(table).where(open_still).values(undone_by=by, undone_at=now).returning(table.c.id))
    return undone.first() is not None


def _is(table: Table, key: dict[str, Any]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in key.items()))


def _read_again(tx: Transaction, article_id: int) -> None:
    """Have the timelines reviewed on which the article speaks."""
    latest = select(func.max(tagging.c.id)).where(tagging.c.article_id == article_id)
    tx.emit(StatementsTagged(tagging_id=tx.session.execute(latest).scalar_one()))

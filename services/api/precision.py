"""How often people found a reading right, of those that they looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select
from sqlmodel import Session

from shared.tables import ShiftVerdict, StatementVerdict
from shared.vocabulary import Decision

on_statement: Table = StatementVerdict.__table__  # type: ignore[attr-defined]
on_shift: Table = ShiftVerdict.__table__  # type: ignore[attr-defined]
EVERY_ISSUE = ""


@dataclass(frozen=True, slots=True)
class Precision:
    """Of `what` (statements or shifts) on an issue, or on all where it is empty: how many people found right."""

    what: str
    issue: str
    confirmed: int
    rejected: int

    @property
    def share(self) -> float:
        """The share that people found right."""
        return self.confirmed / (self.confirmed + self.rejected)


@dataclass(frozen=True, slots=True)
class VerdictView:
    """One verdict with its history; `id` is the statement's or the shift's."""

    what: str
    id: int
    issue: str
    decision: Decision
    by: str
    at: datetime
    why: str
    undone_by: str
    undone_at: datetime | None


def confirmed_by_people(session: Session) -> tuple[Precision, ...]:
    """Count the verdicts that hold, overall and by issue; nothing where nobody has decided anything."""
    return tuple(line for what, table in TABLES for line in _counted(session, what, table))


def verdicts(session: Session, *, most: int) -> tuple[VerdictView, ...]:
    """Return what people said, the latest first, with what they took back."""
    found = [view for what, table in TABLES for view in _latest(session, what, table, most)]
    return tuple(sorted(found, key=lambda one: (one.at, one.what, one.id), reverse=True)[:most])


TABLES = (("statement", on_statement), ("shift", on_shift))


def _counted(session: Session, what: str, table: Table) -> Iterator[Precision]:
    holds = select(table.c.issue_id, table.c.decision, func.count()).where(table.c.undone_at.is_(None))
    counts: Counter[tuple[str, Decision]] = Counter()
    for issue, decision, number in session.execute(holds.group_by(table.c.issue_id, table.c.decision)):
        counts[issue, decision] += number
        counts[EVERY_ISSUE, decision] += number
    for issue in sorted({issue for issue, _ in counts}):
        yield Precision(what, issue, counts[issue, Decision.CONFIRM], counts[issue, Decision.REJECT])


def _latest(session: Session, what: str, table: Table, most: int) -> Iterator[VerdictView]:
    subject = table.c[f"{what}_id"]
    columns: tuple[Any, ...] = (subject, table.c.issue_id, table.c.decision, table.c.decided_by, table.c.decided_at)
    query = select(*columns, table.c.why, table.c.undone_by, table.c.undone_at)
    for row in session.execute(query.order_by(table.c.decided_at.desc(), table.c.id.desc()).limit(most)):
        yield VerdictView(what, *row)

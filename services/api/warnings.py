"""Early warnings: which figures are pressed on which issues while their positions are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, select
from sqlmodel import Session

from shared.tables import Pressure, Statement
from shared.vocabulary import Stance

pressure: Table = Pressure.__table__  # type: ignore[attr-defined]
statement: Table = Statement.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class PressureView:
    """So many independent sources press a figure; `evidence` is the latest of their calls."""

    figure: str
    issue: str
    toward: Stance
    sources: int
    since: datetime
    until: datetime
    noticed_at: datetime
    ended_at: datetime | None
    article: str
    evidence: str


def pressures(
    session: Session, *, figure: str | None = None, issue: str | None = None, ended: bool = False
) -> tuple[PressureView, ...]:
    """Return who is pressed now, or also who was, the latest first."""
    p, s = pressure.c, statement.c
    query = select(
        *(p.figure_id, p.issue_id, p.toward, p.sources, p.since, p.until, p.noticed_at, p.ended_at),
        *(s.article_url, s.evidence),
    ).join(statement, s.id == p.statement_id)
    for column, value in ((p.figure_id, figure), (p.issue_id, issue)):
        query = query if value is None else query.where(column == value)
    query = query if ended else query.where(p.ended_at.is_(None))
    rows = session.execute(query.order_by(p.until.desc(), p.figure_id, p.issue_id))
    return tuple(PressureView(*row) for row in rows)

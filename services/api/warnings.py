"""Early warnings: which figures are pressed on which issues while their positions are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, select
from sqlmodel import Session

from shared.tables import Alert, Article, Figure, Issue, Pressure, Statement
from shared.vocabulary import Stance

pressure: Table = Pressure.__table__  # type: ignore[attr-defined]
statement: Table = Statement.__table__  # type: ignore[attr-defined]
alert: Table = Alert.__table__  # type: ignore[attr-defined]
article: Table = Article.__table__  # type: ignore[attr-defined]
figure: Table = Figure.__table__  # type: ignore[attr-defined]
issue: Table = Issue.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class PressureView:
    """So many independent sources press a figure; `evidence` is the latest of their calls."""

    id: int
    figure: str
    figure_name: str
    issue: str
    issue_name: str
    toward: Stance
    sources: int
    since: datetime
    until: datetime
    noticed_at: datetime
    ended_at: datetime | None
    article: str
    outlet: str
    published: datetime
    evidence: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pressures are wanted: of a figure, on an issue, at most so many, and also what is over."""

    figure: str | None = None
    issue: str | None = None
    most: int | None = None
    ended: bool = False


def pressures(session: Session, asked: Asked) -> tuple[PressureView, ...]:
    """Return who is pressed now, or also who was, the latest first."""
    query = _pressures().limit(asked.most)
    for column, value in ((pressure.c.figure_id, asked.figure), (pressure.c.issue_id, asked.issue)):
        query = query if value is None else query.where(column == value)
    return _views(session, query if asked.ended else query.where(pressure.c.ended_at.is_(None)))


def pressures_alerted(session: Session, subscription_id: int, *, most: int) -> tuple[PressureView, ...]:
    """Return the pressures that a subscription was warned of, the latest first, also what is over."""
    told = select(alert.c.pressure_id).where(alert.c.subscription_id == subscription_id)
    return _views(session, _pressures().where(pressure.c.id.in_(told)).limit(most))


def pressure_by_id(session: Session, pressure_id: int) -> PressureView | None:
    """Return one pressure."""
    return next(iter(_views(session, _pressures().where(pressure.c.id == pressure_id))), None)


def _pressures() -> Select[Any]:
    p, s = pressure.c, statement.c
    return (
        select(
            *(p.id, p.figure_id, figure.c.name, p.issue_id, issue.c.name, p.toward, p.sources, p.since, p.until),
            *(p.noticed_at, p.ended_at, s.article_url, article.c.outlet, s.published_at, s.evidence),
        )
        .join(statement, s.id == p.statement_id)
        .join(article, article.c.id == s.article_id)
        .join(figure, figure.c.id == p.figure_id)
        .join(issue, issue.c.id == p.issue_id)
        .order_by(p.until.desc(), p.id.desc())
    )


def _views(session: Session, query: Select[Any]) -> tuple[PressureView, ...]:
    return tuple(PressureView(*row) for row in session.execute(query))

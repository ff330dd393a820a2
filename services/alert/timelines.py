"""What a message shows of a figure's timeline on an issue: the latest dated stances, one point each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, or_, select
from sqlmodel import Session

from services.alert.values import Point
from shared.tables import Actor, Statement
from shared.vocabulary import Decision, StatementKind

statement: Table = Statement.__table__  # type: ignore[attr-defined]
actor: Table = Actor.__table__  # type: ignore[attr-defined]

MOST_POINTS = 60


def timeline(session: Session, figure_id: str, issue_id: str, *, until: datetime) -> tuple[Point, ...]:
    """Return the latest stances that a figure has shown on an issue up to a time, the oldest first."""
    of_figure = select(actor.c.id).where(actor.c.figure_id == figure_id).scalar_subquery()
    not_rejected = or_(statement.c.decided.is_(None), statement.c.decided != Decision.REJECT)
    shown = (
        select(statement.c.published_at, statement.c.stance, statement.c.own_words)
        .where(statement.c.actor_id.in_(of_figure), statement.c.issue_id == issue_id, statement.c.current)
        .where(statement.c.kind == StatementKind.STANCE, statement.c.published_at <= until, not_rejected)
        .order_by(statement.c.published_at.desc(), statement.c.id.desc())
        .limit(MOST_POINTS)
    )
    return tuple(Point(*row) for row in reversed(session.execute(shown).all()))

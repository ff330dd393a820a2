"""Pressures with the calls that make them, as early warnings speak of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from services.alert.rows import witness_of
from services.alert.values import PressureReport
from shared.failures import PermanentFailure
from shared.tables import Actor, Article, Figure, Issue, Pressure, Statement
from shared.vocabulary import Decision, StatementKind

MOST_CALLS = 5  # shown of a pressure, the latest; a message is no archive

Call = tuple[Statement, Article]


def pressure_report(session: Session, pressure_id: int) -> PressureReport:
    """Return a pressure with the latest of its calls, one of each story, the oldest first."""
    joined = (
        select(Pressure, Figure, Issue)
        .join(Figure, col(Figure.id) == Pressure.figure_id)
        .join(Issue, col(Issue.id) == Pressure.issue_id)
    )
    found = session.execute(joined.where(col(Pressure.id) == pressure_id)).one_or_none()
    if found is None:
        raise PermanentFailure(f"pressure {pressure_id} is not in the database")
    row, figure, issue = found
    calls = _independent(_calls(session, row))
    return PressureReport(
        pressure_id=pressure_id,
        figure_id=figure.id,
        figure_name=figure.name,
        issue_id=issue.id,
        issue_name=issue.name,
        proposition=issue.proposition,
        toward=row.toward,
        sources=row.sources,
        since=row.since,
        until=row.until,
        over=row.ended_at is not None,
        arrived=row.arrived,
        outlets=tuple(sorted({article.outlet for _, article in calls if article.outlet})),
        calls=tuple(witness_of(statement, article) for statement, article in calls[-MOST_CALLS:]),
    )


def _calls(session: Session, row: Pressure) -> Sequence[Call]:
    not_rejected = or_(col(Statement.decided).is_(None), col(Statement.decided) != Decision.REJECT)
    wanted = (
        select(Statement, Article)
        .join(Actor, col(Actor.id) == Statement.actor_id)
        .join(Article, col(Article.id) == Statement.article_id)
        .options(defer(Article.text))  # type: ignore[arg-type]
        .where(col(Actor.figure_id) == row.figure_id, col(Statement.issue_id) == row.issue_id)
        .where(col(Statement.current), col(Statement.kind) == StatementKind.PRESSURE, not_rejected)
        .where(col(Statement.published_at) >= row.since, col(Statement.published_at) <= row.until)
        .order_by(col(Statement.published_at), col(Statement.article_url), col(Statement.start), col(Statement.id))
    )
    return [(statement, article) for statement, article in session.execute(wanted)]


def _independent(calls: Sequence[Call]) -> list[Call]:
    """Leave out what the same story, or the same words elsewhere, said before."""
    kept, stories, words = [], set(), set()
    for statement, article in calls:
        if statement.story_id not in stories and statement.words not in words:
            kept.append((statement, article))
        stories.add(statement.story_id)
        words.add(statement.words)
    return kept

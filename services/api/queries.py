"""All that the API asks the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select
from sqlmodel import Session

from services.api.cursors import Cursor
from services.api.views import (
    AlertView,
    DeliveryView,
    EvidenceView,
    FigureView,
    IssueView,
    ShiftView,
    StanceWeight,
    StatementView,
)
from shared.tables import Actor, Alert, Article, Delivery, Figure, Issue, Shift, Statement, Subscription
from shared.vocabulary import ShiftStatus, StatementKind

statement: Table = Statement.__table__  # type: ignore[attr-defined]
article: Table = Article.__table__  # type: ignore[attr-defined]
actor: Table = Actor.__table__  # type: ignore[attr-defined]
shift: Table = Shift.__table__  # type: ignore[attr-defined]
figure: Table = Figure.__table__  # type: ignore[attr-defined]
issue: Table = Issue.__table__  # type: ignore[attr-defined]
alert: Table = Alert.__table__  # type: ignore[attr-defined]
delivery: Table = Delivery.__table__  # type: ignore[attr-defined]
subscription: Table = Subscription.__table__  # type: ignore[attr-defined]
before, after = statement.alias("before_statement"), statement.alias("after_statement")
before_article, after_article = article.alias("before_article"), article.alias("after_article")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a list: by figure, issue and time, after a cursor, at most so many."""

    figure: str | None = None
    issue: str | None = None
    since: datetime | None = None
    cursor: Cursor | None = None
    most: int = 50


def statements(session: Session, wanted: Wanted) -> tuple[StatementView, ...]:
    """Return the newest statements of each article's latest reading."""
    rows = session.execute(
        _page(_statements(), wanted, at=statement.c.published_at, key=statement.c.id).where(
            *_about(wanted, figure_column=actor.c.figure_id, issue_column=statement.c.issue_id)
        )
    )
    return tuple(StatementView(*row) for row in rows)


def shifts(session: Session, wanted: Wanted, status: ShiftStatus) -> tuple[ShiftView, ...]:
    """Return the newest shifts of one status."""
    rows = session.execute(
        _page(shift_query(), wanted, at=shift.c.at, key=shift.c.id)
        .where(shift.c.status == status)
        .where(*_about(wanted, figure_column=shift.c.figure_id, issue_column=shift.c.issue_id))
    )
    return tuple(shift_view(row) for row in rows)


def alerts(session: Session, wanted: Wanted) -> tuple[AlertView, ...]:
    """Return the newest alerts with their deliveries."""
    extra = (alert.c.id, subscription.c.name, alert.c.reason, alert.c.raised_at)
    query = shift_query(*extra).join(alert, alert.c.shift_id == shift.c.id)
    query = query.join(subscription, subscription.c.id == alert.c.subscription_id)
    about = _about(wanted, figure_column=shift.c.figure_id, issue_column=shift.c.issue_id)
    rows: Sequence[Sequence[Any]] = session.execute(
        _page(query, wanted, at=alert.c.raised_at, key=alert.c.id).where(*about)
    ).all()
    copies = _deliveries(session, [alert_id for *_, alert_id, _, _, _ in rows])
    return tuple(AlertView(shift_view(row), copies.get(row[-4], ()), *row[-4:]) for row in rows)


def shifts_alerted(session: Session, subscription_id: int, *, most: int) -> tuple[ShiftView, ...]:
    """Return the standing shifts that a subscription was alerted to, the latest found first."""
    told = select(alert.c.shift_id).where(alert.c.subscription_id == subscription_id)
    query = shift_query().where(shift.c.id.in_(told), shift.c.status == ShiftStatus.STANDING)
    rows = session.execute(query.order_by(shift.c.detected_at.desc(), shift.c.id.desc()).limit(most))
    return tuple(shift_view(row) for row in rows)


def timeline(session: Session, figure_id: str, issue_id: str, *, most: int) -> tuple[StatementView, ...]:
    """Return the latest `most` statements of a figure on an issue, the oldest first."""
    return statements(session, Wanted(figure=figure_id, issue=issue_id, most=most))[::-1]


def standing_shifts(session: Session) -> tuple[ShiftView, ...]:
    """Return every shift that stands between watched figures and issues, the oldest first."""
    kept = (shift.c.status == ShiftStatus.STANDING, figure.c.retired_at.is_(None), issue.c.retired_at.is_(None))
    rows = session.execute(shift_query().where(*kept).order_by(shift.c.at, shift.c.id))
    return tuple(shift_view(row) for row in rows)


def standing_shifts_of(session: Session, figure_id: str, issue_id: str) -> tuple[ShiftView, ...]:
    """Return the shifts of a figure on an issue that stand, the oldest first."""
    these = (shift.c.figure_id == figure_id, shift.c.issue_id == issue_id, shift.c.status == ShiftStatus.STANDING)
    rows = session.execute(shift_query().where(*these).order_by(shift.c.at, shift.c.id))
    return tuple(shift_view(row) for row in rows)


def stance_weights(session: Session) -> tuple[StanceWeight, ...]:
    """Return how much speaks for each stance of each figure on each issue."""
    about = (actor.c.figure_id, statement.c.issue_id, statement.c.stance)
    rows = session.execute(
        select(*about, func.count(), func.sum(statement.c.confidence), func.max(statement.c.published_at))
        .join(actor, actor.c.id == statement.c.actor_id)
        .where(actor.c.figure_id.is_not(None), _of_the_latest_reading())
        .group_by(*about)
        .order_by(*about)
    )
    return tuple(StanceWeight(*row) for row in rows)


def watched_figures(session: Session) -> tuple[FigureView, ...]:
    """Return the figures on the watchlist by name."""
    rows = session.execute(
        select(figure.c.id, figure.c.name, figure.c.kind).where(figure.c.retired_at.is_(None)).order_by(figure.c.name)
    )
    return tuple(FigureView(*row) for row in rows)


def watched_issues(session: Session) -> tuple[IssueView, ...]:
    """Return the issues on the watchlist by name."""
    rows = session.execute(
        select(issue.c.id, issue.c.name, issue.c.proposition).where(issue.c.retired_at.is_(None)).order_by(issue.c.name)
    )
    return tuple(IssueView(*row) for row in rows)


def figure_by_id(session: Session, figure_id: str) -> FigureView | None:
    """Return a figure, also one that has left the watchlist."""
    row = session.execute(select(figure.c.id, figure.c.name, figure.c.kind).where(figure.c.id == figure_id)).first()
    return FigureView(*row) if row else None


def issue_by_id(session: Session, issue_id: str) -> IssueView | None:
    """Return an issue, also one that has left the watchlist."""
    columns = (issue.c.id, issue.c.name, issue.c.proposition)
    row = session.execute(select(*columns).where(issue.c.id == issue_id)).first()
    return IssueView(*row) if row else None


def oldest_delivery_due(session: Session, now: datetime) -> datetime | None:
    """Return since when the delivery that is longest overdue waits."""
    due = select(func.min(delivery.c.next_attempt_at)).where(delivery.c.next_attempt_at <= now)
    return session.execute(due).scalar_one_or_none()


def _statements() -> Select[Any]:
    return (
        select(
            *(statement.c.id, article.c.url, article.c.title, article.c.outlet, statement.c.published_at),
            *(actor.c.name, actor.c.figure_id, statement.c.issue_id, statement.c.stance, statement.c.confidence),
            *(statement.c.own_words, statement.c.evidence, statement.c.start, statement.c.end),
            *(statement.c.found_by, statement.c.chat_model, statement.c.chat_stance),
        )
        .join(article, article.c.id == statement.c.article_id)
        .join(actor, actor.c.id == statement.c.actor_id)
        .where(_of_the_latest_reading())
    )


def _of_the_latest_reading() -> ColumnElement[bool]:
    return and_(statement.c.current, statement.c.kind == StatementKind.STANCE)


def shift_query(*extra: Any) -> Select[Any]:
    """Begin a query for shifts with both sides; `extra` columns come last."""
    return (
        select(
            *(shift.c.id, shift.c.figure_id, figure.c.name, shift.c.issue_id, issue.c.name),
            *(shift.c.from_stance, shift.c.to_stance, shift.c.kind, shift.c.at, shift.c.detected_at),
            *(shift.c.confidence, shift.c.reason, shift.c.status, shift.c.basis, shift.c.before_sources),
            *(shift.c.after_sources, shift.c.pending_until, shift.c.withdrawn_because, shift.c.decided),
            *(before.c.id, before_article.c.url, before_article.c.outlet, before.c.published_at, before.c.evidence),
            *(after.c.id, after_article.c.url, after_article.c.outlet, after.c.published_at, after.c.evidence),
            *extra,
        )
        .select_from(shift)
        .join(figure, figure.c.id == shift.c.figure_id)
        .join(issue, issue.c.id == shift.c.issue_id)
        .join(before, before.c.id == shift.c.before_statement_id)
        .join(before_article, before_article.c.id == before.c.article_id)
        .join(after, after.c.id == shift.c.after_statement_id)
        .join(after_article, after_article.c.id == after.c.article_id)
    )


def shift_view(row: Sequence[Any]) -> ShiftView:
    """Read a row of `shift_query`."""
    return ShiftView(EvidenceView(*row[19:24]), EvidenceView(*row[24:29]), *row[:19])


def _page(query: Select[Any], wanted: Wanted, *, at: Any, key: Any) -> Select[Any]:
    if wanted.since is not None:
        query = query.where(at >= wanted.since)
    if wanted.cursor is not None:
        query = query.where(or_(at < wanted.cursor.at, and_(at == wanted.cursor.at, key < wanted.cursor.id)))
    return query.order_by(at.desc(), key.desc()).limit(wanted.most)


def _about(wanted: Wanted, *, figure_column: Any, issue_column: Any) -> tuple[ColumnElement[bool], ...]:
    asked = ((figure_column, wanted.figure), (issue_column, wanted.issue))
    return tuple(column == value for column, value in asked if value is not None)


def _deliveries(session: Session, alert_ids: list[int]) -> dict[int, tuple[DeliveryView, ...]]:
    columns = (delivery.c.alert_id, delivery.c.channel, delivery.c.state, delivery.c.attempts, delivery.c.delivered_at)
    rows = session.execute(select(*columns).where(delivery.c.alert_id.in_(alert_ids)).order_by(delivery.c.channel))
    copies: dict[int, tuple[DeliveryView, ...]] = {}
    for row in rows:
        copies[row.alert_id] = (*copies.get(row.alert_id, ()), DeliveryView(*row[1:]))
    return copies

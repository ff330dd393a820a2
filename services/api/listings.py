"""What is asked of the database beside the ledger: feeds, deliveries, and what a wish would have caught."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, or_, select
from sqlmodel import Session

from services.api.queries import Wanted, after, after_article, alert, delivery, shift, shift_query, shift_view
from services.api.queries import subscription as subscription_table
from services.api.views import ShiftView
from shared.tables import Feed, FeedPoll
from shared.vocabulary import ChannelKind, DeliveryState, PollOutcome, ShiftKind, ShiftStatus

feed: Table = Feed.__table__  # type: ignore[attr-defined]
feed_poll: Table = FeedPoll.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed and how it stands with polling."""

    id: int
    url: str
    name: str
    polled_at: datetime | None
    outcome: PollOutcome | None
    failures: int
    next_poll_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryListing:
    """One copy of an alert among all; neither its address nor what its receiver answered."""

    id: int
    alert: int
    subscription: str
    channel: ChannelKind
    state: DeliveryState
    attempts: int
    raised_at: datetime
    next_attempt_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscription would ask for; an empty tuple asks for all."""

    figures: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    kinds: tuple[ShiftKind, ...] = ()
    outlets: tuple[str, ...] = ()
    minimum_confidence: float = 0.0
    own_words_only: bool = False


def feeds(session: Session) -> tuple[FeedView, ...]:
    """Return the feeds that are asked, in the order in which they were added."""
    rows = session.execute(
        select(
            *(feed.c.id, feed.c.url, feed.c.name, feed_poll.c.polled_at, feed_poll.c.outcome),
            *(feed_poll.c.failures, feed_poll.c.next_poll_at),
        )
        .join(feed_poll, feed_poll.c.feed_id == feed.c.id)
        .where(feed.c.active)
        .order_by(feed.c.id)
    )
    return tuple(FeedView(*row) for row in rows)


def deliveries(session: Session, wanted: Wanted, state: DeliveryState | None) -> tuple[DeliveryListing, ...]:
    """Return the latest deliveries, of one state where one is asked for."""
    query = (
        select(
            *(delivery.c.id, delivery.c.alert_id, subscription_table.c.name, delivery.c.channel, delivery.c.state),
            *(delivery.c.attempts, alert.c.raised_at, delivery.c.next_attempt_at, delivery.c.delivered_at),
        )
        .join(alert, alert.c.id == delivery.c.alert_id)
        .join(subscription_table, subscription_table.c.id == alert.c.subscription_id)
        .where(*([delivery.c.state == state] if state else []))
    )
    if wanted.cursor is not None:
        at, last = wanted.cursor.at, wanted.cursor.id
        query = query.where(or_(alert.c.raised_at < at, and_(alert.c.raised_at == at, delivery.c.id < last)))
    rows = session.execute(query.order_by(alert.c.raised_at.desc(), delivery.c.id.desc()).limit(wanted.most))
    return tuple(DeliveryListing(*row) for row in rows)


def shifts_caught(session: Session, wish: Wish, *, since: datetime, most: int) -> tuple[ShiftView, ...]:
    """Return the standing shifts since then that a wish would have caught, the newest first."""
    query = shift_query().where(shift.c.status == ShiftStatus.STANDING, shift.c.at >= since, *_caught_by(wish))
    rows = session.execute(query.order_by(shift.c.at.desc(), shift.c.id.desc()).limit(most))
    return tuple(shift_view(row) for row in rows)


def _caught_by(wish: Wish) -> tuple[ColumnElement[bool], ...]:
    named = (
        (shift.c.figure_id, wish.figures),
        (shift.c.issue_id, wish.issues),
        (shift.c.kind, wish.kinds),
        (after_article.c.outlet, wish.outlets),
    )
    among = tuple(column.in_(values) for column, values in named if values)
    own_words = (after.c.own_words,) if wish.own_words_only else ()
    return (*among, *own_words, shift.c.confidence >= wish.minimum_confidence)

"""What is asked of the database beside the ledger: the watchlist, feeds, subscriptions, deliveries and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, and_, or_, select
from sqlmodel import Session, col
from sqlmodel import select as rows

from services.api.queries import Wanted, alert, delivery, shift, shift_query, shift_view
from services.api.queries import subscription as subscription_table
from services.api.views import ShiftView
from shared.tables import Attempt, Feed, FeedPoll, Figure, Issue, Rehearsal, Subscription
from shared.vocabulary import ChannelKind, DeliveryState, News, Origin, PollOutcome

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
    shift: int | None
    subscription: str
    subscription_id: int
    news: News
    channel: ChannelKind
    state: DeliveryState
    attempts: int
    raised_at: datetime
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class WatchlistRows:
    """All that is watched, as rows."""

    figures: tuple[Figure, ...]
    issues: tuple[Issue, ...]
    feeds: tuple[Feed, ...]
    subscriptions: tuple[Subscription, ...]


def watchlist(session: Session) -> WatchlistRows:
    """Return the figures, issues and feeds that are watched, and the subscriptions that came from a file."""
    from_file = (col(Subscription.retired_at).is_(None), col(Subscription.origin) == Origin.FILE)
    return WatchlistRows(
        figures(session),
        issues(session),
        tuple(session.exec(rows(Feed).where(col(Feed.active)).order_by(col(Feed.id)))),
        tuple(session.exec(rows(Subscription).where(*from_file).order_by(col(Subscription.id)))),
    )


def figures(session: Session) -> tuple[Figure, ...]:
    """Return the watched figures by id."""
    return tuple(session.exec(rows(Figure).where(col(Figure.retired_at).is_(None)).order_by(col(Figure.id))))


def issues(session: Session) -> tuple[Issue, ...]:
    """Return the tracked issues by id."""
    return tuple(session.exec(rows(Issue).where(col(Issue.retired_at).is_(None)).order_by(col(Issue.id))))


def names(session: Session) -> dict[str, str]:
    """Return the names of `figure ID` and `issue ID`, also of those that are watched no more."""
    kinds: tuple[tuple[str, type[Figure] | type[Issue]], ...] = (("figure", Figure), ("issue", Issue))
    return {
        f"{kind} {one_id}": name for kind, table in kinds for one_id, name in session.exec(rows(table.id, table.name))
    }


def feeds(session: Session, *, after: int, most: int) -> tuple[FeedView, ...]:
    """Return the feeds that are asked, in the order in which they were added."""
    asked = _feeds().where(feed.c.active, feed.c.id > after).order_by(feed.c.id).limit(most)
    return tuple(FeedView(*row) for row in session.execute(asked))


def feed_by_id(session: Session, feed_id: int) -> FeedView | None:
    """Return a feed that is asked."""
    row = session.execute(_feeds().where(feed.c.active, feed.c.id == feed_id)).first()
    return FeedView(*row) if row else None


def feed_by_url(session: Session, url: str) -> FeedView | None:
    """Return a feed that is asked, by its address or that under which it was added."""
    named = or_(feed.c.url == url, feed.c.first_url == url)
    row = session.execute(_feeds().where(feed.c.active, named).order_by(feed.c.url != url)).first()
    return FeedView(*row) if row else None


def subscriptions(session: Session, *, after: int, most: int) -> tuple[Subscription, ...]:
    """Return the subscriptions that have not ended, by id."""
    alive = (col(Subscription.retired_at).is_(None), col(Subscription.id) > after)
    return tuple(session.exec(rows(Subscription).where(*alive).order_by(col(Subscription.id)).limit(most)))


def deliveries(
    session: Session, wanted: Wanted, *, state: DeliveryState | None = None, subscription_id: int | None = None
) -> tuple[DeliveryListing, ...]:
    """Return the latest deliveries, of one state or one subscription where these are asked for."""
    query = _deliveries()
    if state is not None:
        query = query.where(delivery.c.state == state)
    if subscription_id is not None:
        query = query.where(alert.c.subscription_id == subscription_id)
    if wanted.cursor is not None:
        at, last = wanted.cursor.at, wanted.cursor.id
        query = query.where(or_(alert.c.raised_at < at, and_(alert.c.raised_at == at, delivery.c.id < last)))
    found = session.execute(query.order_by(alert.c.raised_at.desc(), delivery.c.id.desc()).limit(wanted.most))
    return tuple(DeliveryListing(*row) for row in found)


def delivery_by_id(session: Session, delivery_id: int) -> DeliveryListing | None:
    """Return one copy of an alert."""
    row = session.execute(_deliveries().where(delivery.c.id == delivery_id)).first()
    return DeliveryListing(*row) if row else None


def attempts(session: Session, delivery_id: int, *, after: int, most: int) -> tuple[Attempt, ...]:
    """Return the tries of one delivery, in order."""
    of_this = (col(Attempt.delivery_id) == delivery_id, col(Attempt.number) > after)
    return tuple(session.exec(rows(Attempt).where(*of_this).order_by(col(Attempt.number)).limit(most)))


def rehearsals(session: Session, subscription_id: int, *, before: int, most: int) -> tuple[Rehearsal, ...]:
    """Return the tests of a subscription, the latest first."""
    of_this = (col(Rehearsal.subscription_id) == subscription_id, col(Rehearsal.id) < before)
    return tuple(session.exec(rows(Rehearsal).where(*of_this).order_by(col(Rehearsal.id).desc()).limit(most)))


def shifts_by_id(session: Session, shift_ids: Sequence[int]) -> tuple[ShiftView, ...]:
    """Return these shifts in the order of their ids in the list."""
    found = {row[0]: shift_view(row) for row in session.execute(shift_query().where(shift.c.id.in_(shift_ids)))}
    return tuple(found[shift_id] for shift_id in shift_ids if shift_id in found)


def _feeds() -> Select[Any]:
    return select(
        *(feed.c.id, feed.c.url, feed.c.name, feed_poll.c.polled_at, feed_poll.c.outcome),
        *(feed_poll.c.failures, feed_poll.c.next_poll_at),
    ).join(feed_poll, feed_poll.c.feed_id == feed.c.id)


def _deliveries() -> Select[Any]:
    return (
        select(
            *(delivery.c.id, delivery.c.alert_id, alert.c.shift_id, subscription_table.c.name, alert.c.subscription_id),
            *(alert.c.news, delivery.c.channel, delivery.c.state, delivery.c.attempts, alert.c.raised_at),
            *(delivery.c.next_attempt_at, delivery.c.delivered_at, delivery.c.reason),
        )
        .join(alert, alert.c.id == delivery.c.alert_id)
        .join(subscription_table, subscription_table.c.id == alert.c.subscription_id)
    )

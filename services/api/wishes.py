"""Writing what people wish for: figures, issues, feeds and subscriptions."""

import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from services.api.watchlist import FeedWish, SubscriptionWish, WatchlistFile
from shared.events import FeedDue
from shared.tables import Feed, FeedPoll, Figure, Issue, Subscription
from shared.transaction import Transaction

Row = TypeVar("Row", Figure, Issue)
SECRET_BYTES = 32  # Standard Webhooks 1.0 asks for 24 to 64


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that applying a watchlist did: `what` is added, changed or retired."""

    what: str
    kind: str
    name: str


def apply_watchlist(tx: Transaction, wishes: WatchlistFile, *, now: datetime) -> tuple[Change, ...]:
    """Make the stored watchlist equal to the file, in one transaction; applying the same file again changes nothing.

    Figures, issues and subscriptions that left the file are retired, never deleted: statements and alerts refer to
    them. Feeds are only added or renamed, since people add feeds in other ways too.
    """
    return (
        *_apply(tx.session, Figure, "figure", {wish.id: wish.model_dump(mode="json") for wish in wishes.figures}, now),
        *_apply(tx.session, Issue, "issue", {wish.id: wish.model_dump(mode="json") for wish in wishes.issues}, now),
        *(change for wish in wishes.feeds for change in add_feed(tx, wish, now=now)),
        *_apply_subscriptions(tx.session, wishes.subscriptions, now),
    )


def add_feed(tx: Transaction, wish: FeedWish, *, now: datetime) -> tuple[Change, ...]:
    """Add a feed with its first poll due at once, or rename it, or wake it up."""
    feed = tx.session.exec(select(Feed).where(Feed.url == wish.url)).one_or_none()
    if feed is None:
        feed = Feed(url=wish.url, name=wish.name, added_at=now)
        tx.session.add(feed)
        tx.session.flush()
        assert feed.id is not None
        tx.session.add(FeedPoll(feed_id=feed.id, next_poll_at=now))
        tx.emit(FeedDue(feed_id=feed.id))
        return (Change("added", "feed", wish.url),)
    name = wish.name or feed.name
    return _update(tx.session, feed, "feed", wish.url, {"name": name, "active": True})


def _apply(
    session: Session, table: type[Row], kind: str, wishes: dict[str, dict[str, Any]], now: datetime
) -> tuple[Change, ...]:
    stored: dict[str, Row] = {row.id: row for row in session.exec(select(table)).all()}
    changes: list[Change] = []
    for name, values in wishes.items():
        if name in stored:
            changes += _update(session, stored[name], kind, name, {**values, "retired_at": None})
        else:
            session.add(table(**values))
            changes.append(Change("added", kind, name))
    session.flush()
    return (*changes, *_retire(session, stored, kind, set(wishes), now))


def _apply_subscriptions(session: Session, wishes: tuple[SubscriptionWish, ...], now: datetime) -> tuple[Change, ...]:
    stored = {row.name: row for row in session.exec(select(Subscription)).all()}
    changes: list[Change] = []
    for wish in wishes:
        values = _columns(wish)
        old = stored.get(wish.name)
        if wish.webhook is not None:
            same_endpoint = old is not None and old.webhook == wish.webhook
            values["webhook_secret"] = (same_endpoint and old and old.webhook_secret) or new_secret()
        if old is not None:
            changes += _update(session, old, "subscription", wish.name, {**values, "retired_at": None})
        else:
            session.add(Subscription(**values, created_at=now))
            changes.append(Change("added", "subscription", wish.name))
    session.flush()
    return (*changes, *_retire(session, stored, "subscription", {wish.name for wish in wishes}, now))


def _columns(wish: SubscriptionWish) -> dict[str, Any]:
    """Name a wish's parts as the table does; a pause of which the file is silent is the subscriber's own affair."""
    values = wish.model_dump(mode="json", exclude={"frequency", "hour", "quiet_hours", "paused_until"})
    quiet = wish.quiet_hours
    values |= {"frequency": wish.frequency, "digest_hour": wish.hour}
    values |= {"quiet_from": quiet and quiet.start, "quiet_until": quiet and quiet.until}
    return values | ({"paused_until": wish.silent_until} if wish.speaks_of_a_pause else {})


def new_secret() -> str:
    """Return a fresh signing secret in the form of Standard Webhooks."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def webhook_secrets(session: Session, names: set[str]) -> dict[str, str]:
    """Return the signing secrets of the named subscriptions that have a webhook."""
    rows = session.exec(select(Subscription).where(col(Subscription.name).in_(names))).all()
    return {row.name: row.webhook_secret for row in rows if row.webhook_secret}


def _update(session: Session, row: SQLModel, kind: str, name: str, values: dict[str, Any]) -> tuple[Change, ...]:
    different = {key: value for key, value in values.items() if getattr(row, key) != value}
    if not different:
        return ()
    returned = different.keys() == {"retired_at"} or different.keys() == {"active"}
    for key, value in different.items():
        setattr(row, key, value)
    session.add(row)
    return (Change("added" if returned else "changed", kind, name),)


def _retire(session: Session, stored: Any, kind: str, kept: set[str], now: datetime) -> tuple[Change, ...]:
    gone = [row for name, row in stored.items() if name not in kept and row.retired_at is None]
    for row in gone:
        row.retired_at = now
        session.add(row)
    return tuple(Change("retired", kind, row.name if kind == "subscription" else row.id) for row in gone)

"""Writing what people wish for, as a whole file or one by one: figures, issues, feeds and subscriptions."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import or_
from sqlmodel import Session, col, select

from services.api.changes import Change, note_change, retire
from services.api.rereading import read_again_where_reworded
from services.api.subscribing import apply_subscriptions, webhook_secrets
from services.api.watchlist import FeedWish, FigureWish, IssueWish, WatchlistFile
from shared.events import FeedDue
from shared.tables import Feed, FeedPoll, Figure, Issue
from shared.transaction import Transaction

__all__ = ["Change", "add_feed", "apply_watchlist", "put_figure", "put_issue", "retire_feed", "webhook_secrets"]

Row = TypeVar("Row", Figure, Issue)


def apply_watchlist(
    tx: Transaction, wishes: WatchlistFile, *, vouched: Collection[str] = (), by: str = "the watchlist", now: datetime
) -> tuple[Change, ...]:
    """Make the stored watchlist equal to the file, in one transaction; applying the same file again changes nothing.

    Figures, issues and subscriptions that left the file are retired, never deleted: statements and alerts refer to
    them. Feeds are only added or renamed, since people add feeds in other ways too; for the same reason subscriptions
    that somebody made by hand stay. Addresses for which the operator does not vouch are asked first, and told `by`
    whom they were named.
    """
    issues = _apply(tx.session, Issue, "issue", wishes.issues, now)
    read_again_where_reworded(tx, issues)
    return (
        *_apply(tx.session, Figure, "figure", wishes.figures, now),
        *issues,
        *(change for wish in wishes.feeds for change in add_feed(tx, wish, now=now)),
        *apply_subscriptions(tx.session, wishes.subscriptions, vouched=vouched, by=by, now=now),
    )


def add_feed(tx: Transaction, wish: FeedWish, *, now: datetime) -> tuple[Change, ...]:
    """Add a feed with its first poll due at once, or rename it, or wake it up."""
    # a feed that moved, or was found on the page that was named, is still the one that was asked for
    named = or_(col(Feed.url) == wish.url, col(Feed.first_url) == wish.url)
    feed = tx.session.exec(select(Feed).where(named).order_by(col(Feed.url) != wish.url)).first()
    if feed is None:
        feed = Feed(url=wish.url, name=wish.name, added_at=now)
        tx.session.add(feed)
        tx.session.flush()
        assert feed.id is not None
        tx.session.add(FeedPoll(feed_id=feed.id, next_poll_at=now))
        tx.emit(FeedDue(feed_id=feed.id))
        return (Change("added", "feed", wish.url),)
    name = wish.name or feed.name
    return note_change(tx.session, feed, Change("changed", "feed", wish.url), {"name": name, "active": True})


def retire_feed(session: Session, feed: Feed) -> None:
    """Ask a feed no more; what it brought stays."""
    feed.active = False
    session.add(feed)


def put_figure(session: Session, wish: FigureWish) -> tuple[Change, ...]:
    """Add a figure, change it, or take it back from retirement."""
    return _put(session, session.get(Figure, wish.id), Figure, "figure", wish)


def put_issue(session: Session, wish: IssueWish) -> tuple[Change, ...]:
    """Add an issue, change it, or take it back from retirement."""
    return _put(session, session.get(Issue, wish.id), Issue, "issue", wish)


def _apply(
    session: Session, table: type[Row], kind: str, wishes: tuple[FigureWish, ...] | tuple[IssueWish, ...], now: datetime
) -> tuple[Change, ...]:
    stored: dict[str, Row] = {row.id: row for row in session.exec(select(table)).all()}
    changes: list[Change] = []
    for wish in wishes:
        changes += _put(session, stored.get(wish.id), table, kind, wish)
    session.flush()
    kept = {wish.id for wish in wishes}
    for name in [name for name in stored if name not in kept]:
        changes += retire(session, stored[name], kind, name, now=now)
    return tuple(changes)


def _put(
    session: Session, row: Row | None, table: type[Row], kind: str, wish: FigureWish | IssueWish
) -> tuple[Change, ...]:
    values: dict[str, Any] = wish.model_dump(mode="json")
    if row is not None:
        return note_change(session, row, Change("changed", kind, wish.id), {**values, "retired_at": None})
    session.add(table(**values))
    return (Change("added", kind, wish.id),)

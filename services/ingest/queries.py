"""All that ingest asks of the database and writes to it about feeds and polls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, Table, and_, bindparam, case, delete, func, or_, select, update
from sqlmodel import Session

from services.ingest.answers import FeedAsked, Receipt
from services.ingest.hubs import DELIVERS_WITHIN
from services.ingest.moves import Move
from services.ingest.politeness import DueFeed
from services.ingest.schedule import Standing, Verdict
from shared.failures import LeaseLost
from shared.leases import Lease, database_now
from shared.pushes import HINT_SPACING
from shared.tables import Feed, FeedHub, FeedPoll, PollLog

feed_table: Table = Feed.__table__  # type: ignore[attr-defined]
feed_poll: Table = FeedPoll.__table__  # type: ignore[attr-defined]
feed_hub: Table = FeedHub.__table__  # type: ignore[attr-defined]
poll_log: Table = PollLog.__table__  # type: ignore[attr-defined]
LONGEST_DETAIL = 500
KEPT_IN_LOG = timedelta(days=60)  # the day of a feed that is asked every five minutes takes 288 lines
FORGOTTEN_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class FeedClaim:
    """The right to poll one feed, and how it stands."""

    asked: FeedAsked
    name: str
    standing: Standing
    lease: Lease
    was_hinted: bool = False  # a push has told us to come


def due_feeds(session: Session, *, most: int, now: datetime) -> tuple[DueFeed, ...]:
    """Return feeds that are due and that nobody polls, those that wait longest first."""
    due = select(feed_poll.c.feed_id, feed_table.c.url).join(feed_table).where(_is_due(session, now))
    ordered = due.order_by(feed_poll.c.next_poll_at, feed_poll.c.feed_id).limit(most)
    return tuple(
        DueFeed(row.feed_id, row.url)
        for row in session.execute(ordered.with_for_update(of=feed_poll, skip_locked=True))
    )


def claim_feeds(session: Session, feed_ids: Sequence[int], *, seconds: float, now: datetime) -> tuple[FeedClaim, ...]:
    """Claim those of `feed_ids` that are due and that nobody polls."""
    lease = Lease(token=uuid4().hex, until=database_now(session) + timedelta(seconds=seconds))
    due = select(feed_poll.c.feed_id).join(feed_table).where(_is_due(session, now), feed_poll.c.feed_id.in_(feed_ids))
    ids = tuple(session.scalars(due.with_for_update(of=feed_poll, skip_locked=True)))
    mine = feed_poll.c.feed_id.in_(ids)
    session.execute(update(feed_poll).where(mine).values(lease_token=lease.token, lease_until=lease.until))
    delivers = and_(feed_hub.c.expires_at > now, feed_hub.c.delivered_at > now - DELIVERS_WITHIN)
    rows = session.execute(
        select(feed_table.c.url, feed_table.c.name, feed_poll, func.coalesce(delivers, False).label("delivers"))
        .join(feed_poll)
        .join(feed_hub, feed_hub.c.feed_id == feed_table.c.id, isouter=True)
        .where(mine)
    )
    return tuple(_claimed(row, lease) for row in rows)


def put_off(session: Session, later: Mapping[int, datetime]) -> None:
    """Move the next poll of feeds whose host is busy."""
    if later:
        moved = (
            update(feed_poll)
            .where(feed_poll.c.feed_id == bindparam("feed"))
            .values(next_poll_at=bindparam("at"), nudged_at=None)
        )
        session.connection().execute(moved, [{"feed": feed_id, "at": at} for feed_id, at in later.items()])


def feeds_to_ring(session: Session, *, renudge: timedelta, most: int, now: datetime) -> tuple[int, ...]:
    """Return feeds that are due, that nobody polls and that were not nudged within `renudge`; note the nudge."""
    quiet = or_(feed_poll.c.nudged_at.is_(None), feed_poll.c.nudged_at < now - renudge)
    due = select(feed_poll.c.feed_id).join(feed_table).where(_is_due(session, now), quiet)
    ids = tuple(session.scalars(due.order_by(feed_poll.c.next_poll_at).limit(most)))
    session.execute(update(feed_poll).where(feed_poll.c.feed_id.in_(ids)).values(nudged_at=now))
    return ids


def save_polls(session: Session, verdicts: Sequence[tuple[FeedClaim, Verdict]], *, now: datetime) -> None:
    """Write how polls went and free their feeds; validators change only together with what they brought."""
    mine = (feed_poll.c.feed_id == bindparam("feed")) & (feed_poll.c.lease_token == bindparam("token"))
    free = update(feed_poll).where(mine).values(lease_token=None, lease_until=None, nudged_at=None)
    rows = [_poll_row(claim, verdict, now) for claim, verdict in verdicts]
    columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in ("feed", "token")}
    # a push that came while we asked may tell of what our answer lacks
    pushed_since = and_(feed_poll.c.hinted_at > now, columns["failures"] == 0)
    columns["next_poll_at"] = case((pushed_since, now + HINT_SPACING), else_=columns["next_poll_at"])
    freed = session.connection().execute(free.values(**columns), rows)
    if freed.rowcount != len(rows):
        raise LeaseLost("another worker has taken one of these feeds over")
    session.execute(poll_log.insert(), [_log_row(claim, verdict, now) for claim, verdict in verdicts])


def forget_polls(session: Session, *, now: datetime) -> None:
    """Drop a few of the oldest lines of the log, once they are too old for anybody to ask."""
    oldest = session.scalar(select(func.min(poll_log.c.id)))
    if oldest is not None:
        among_the_first = poll_log.c.id < oldest + FORGOTTEN_AT_ONCE
        session.execute(delete(poll_log).where(among_the_first, poll_log.c.polled_at < now - KEPT_IN_LOG))


def release_feeds(session: Session, claims: Sequence[FeedClaim]) -> None:
    """Free feeds that were claimed and not asked; they are still due."""
    for claim in claims:
        mine = (feed_poll.c.feed_id == claim.asked.feed_id) & (feed_poll.c.lease_token == claim.lease.token)
        session.execute(update(feed_poll).where(mine).values(lease_token=None, lease_until=None, nudged_at=None))


def change_address(session: Session, feed_id: int, url: str) -> bool:
    """Give a feed its new address unless another feed has it already."""
    if session.scalar(select(feed_table.c.id).where(feed_table.c.url == url)) is not None:
        return False
    first = func.coalesce(feed_table.c.first_url, feed_table.c.url)
    session.execute(update(feed_table).where(feed_table.c.id == feed_id).values(first_url=first, url=url))
    return True


def _is_due(session: Session, now: datetime) -> ColumnElement[bool]:
    free = or_(feed_poll.c.lease_until.is_(None), feed_poll.c.lease_until < database_now(session))
    return (feed_poll.c.next_poll_at <= now) & free & feed_table.c.active


def _claimed(row: Row[Any], lease: Lease) -> FeedClaim:
    had = Receipt(row.etag, row.last_modified, row.body_hash)
    interval = None if row.interval_seconds is None else timedelta(seconds=row.interval_seconds)
    move = Move(row.moved_to, row.moved_since, row.moved_times) if row.moved_to else None
    standing = Standing(had, row.failures, interval, move, is_pushed=bool(row.delivers))
    hinted = row.hinted_at is not None and (row.polled_at is None or row.hinted_at > row.polled_at)
    return FeedClaim(FeedAsked(row.feed_id, row.url, had), row.name, standing, lease, was_hinted=hinted)


def _poll_row(claim: FeedClaim, verdict: Verdict, now: datetime) -> dict[str, Any]:
    after = verdict.standing
    return {
        "feed": claim.asked.feed_id,
        "token": claim.lease.token,
        "next_poll_at": verdict.next_poll_at,
        "polled_at": now,
        "outcome": verdict.outcome,
        "detail": verdict.detail[:LONGEST_DETAIL],
        "failures": after.failures,
        "interval_seconds": after.interval.total_seconds() if after.interval else None,
        "moved_to": after.move.to if after.move else None,
        "moved_since": after.move.since if after.move else None,
        "moved_times": after.move.times if after.move else 0,
        "etag": after.had.etag,
        "last_modified": after.had.last_modified,
        "body_hash": after.had.body_hash,
    }


def _log_row(claim: FeedClaim, verdict: Verdict, now: datetime) -> dict[str, Any]:
    return {
        "feed_id": claim.asked.feed_id,
        "polled_at": now,
        "outcome": verdict.outcome,
        "entries": verdict.harvest.entries,
        "new_entries": verdict.harvest.new,
        "gap_suspected": verdict.gap_suspected,
        "detail": verdict.detail[:LONGEST_DETAIL],
    }

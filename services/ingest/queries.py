"""All that ingest asks of the database and writes to it about feeds and polls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Table, or_, select, update
from sqlmodel import Session, col

from services.ingest.answers import FeedAsked, Receipt
from services.ingest.schedule import Standing, Verdict
from shared import leases
from shared.leases import Lease, database_now
from shared.tables import Feed, FeedPoll, PollLog

feed_poll: Table = FeedPoll.__table__  # type: ignore[attr-defined]
LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True)
class FeedClaim:
    """The right to poll one feed, and how it stands."""

    asked: FeedAsked
    name: str
    standing: Standing
    lease: Lease


def claim_feed(session: Session, feed_id: int, *, seconds: float, now: datetime) -> FeedClaim | None:
    """Claim a feed if it is due and nobody polls it."""
    return next(iter(_claim(session, col(FeedPoll.feed_id) == feed_id, most=1, seconds=seconds, now=now)), None)


def claim_due_feeds(session: Session, *, most: int, seconds: float, now: datetime) -> Sequence[FeedClaim]:
    """Claim up to `most` feeds that are due and that nobody polls, those that wait longest first."""
    return _claim(session, col(FeedPoll.feed_id).is_not(None), most=most, seconds=seconds, now=now)


def feeds_due(session: Session, *, renudge: timedelta, most: int, now: datetime) -> tuple[int, ...]:
    """Return feeds that are due, that nobody polls and that were not nudged within `renudge`; note the nudge."""
    quiet = or_(col(FeedPoll.nudged_at).is_(None), col(FeedPoll.nudged_at) < now - renudge)
    due = select(col(FeedPoll.feed_id)).join(Feed).where(_is_due(session, now), quiet)
    ids = tuple(session.scalars(due.order_by(col(FeedPoll.next_poll_at)).limit(most)))
    session.execute(update(feed_poll).where(feed_poll.c.feed_id.in_(ids)).values(nudged_at=now))
    return ids


def save_poll(session: Session, claim: FeedClaim, verdict: Verdict, *, now: datetime) -> None:
    """Write how a poll went and free the feed; validators change only together with what they brought."""
    detail = verdict.detail[:LONGEST_DETAIL]
    receipt = verdict.receipt
    leases.let_go(
        session,
        feed_poll,
        feed_poll.c.feed_id == claim.asked.feed_id,
        claim.lease,
        next_poll_at=verdict.next_poll_at,
        polled_at=now,
        outcome=verdict.outcome,
        detail=detail,
        failures=verdict.failures,
        nudged_at=None,
        etag=receipt.etag,
        last_modified=receipt.last_modified,
        body_hash=receipt.body_hash,
    )
    feed_id, new = claim.asked.feed_id, verdict.new_entries
    session.add(PollLog(feed_id=feed_id, polled_at=now, outcome=verdict.outcome, new_entries=new, detail=detail))


def _claim(
    session: Session, wanted: ColumnElement[bool], *, most: int, seconds: float, now: datetime
) -> Sequence[FeedClaim]:
    lease = Lease(token=uuid4().hex, until=database_now(session) + timedelta(seconds=seconds))
    due = select(col(FeedPoll.feed_id)).join(Feed).where(_is_due(session, now), wanted)
    free = due.order_by(col(FeedPoll.next_poll_at)).limit(most).with_for_update(of=FeedPoll, skip_locked=True)
    ids = tuple(session.scalars(free))
    session.execute(
        update(feed_poll).where(feed_poll.c.feed_id.in_(ids)).values(lease_token=lease.token, lease_until=lease.until)
    )
    rows = session.execute(select(Feed, FeedPoll).join(FeedPoll).where(col(FeedPoll.feed_id).in_(ids)))
    return tuple(_claimed(feed, poll, lease) for feed, poll in rows)


def _is_due(session: Session, now: datetime) -> ColumnElement[bool]:
    free = or_(col(FeedPoll.lease_until).is_(None), col(FeedPoll.lease_until) < database_now(session))
    return (col(FeedPoll.next_poll_at) <= now) & free & col(Feed.active)


def _claimed(feed: Feed, poll: FeedPoll, lease: Lease) -> FeedClaim:
    had = Receipt(poll.etag, poll.last_modified, poll.body_hash)
    return FeedClaim(FeedAsked(poll.feed_id, feed.url, had), feed.name, Standing(had, poll.failures), lease)

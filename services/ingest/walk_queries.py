"""All that ingest asks of the database and writes to it about walks back through what feeds no longer show."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from services.ingest.identity import Candidate
from services.ingest.urls import same_page
from services.ingest.values import FeedLinks
from services.ingest.walks import Walk, first_place, story_of
from shared.tables import Document, Feed, FeedPoll, FeedWalk, PollLog
from shared.vocabulary import PollOutcome

feed_walk: Table = FeedWalk.__table__  # type: ignore[attr-defined]
GOOD = (
    PollOutcome.NEW_ENTRIES,
    PollOutcome.NOTHING_NEW,
    PollOutcome.NOT_MODIFIED,
    PollOutcome.SAME_BODY,
)
LONGEST_DETAIL = 500
MOST_KNOWN = 50


def begin_walk(session: Session, feed_id: int, links: FeedLinks, *, url: str, now: datetime) -> None:
    """Note that what `feed_id` showed between its last good poll and now is to be looked for."""
    stage, place = first_place(links, url)
    good = select(func.max(col(PollLog.polled_at))).where(
        col(PollLog.feed_id) == feed_id, col(PollLog.outcome).in_(GOOD), col(PollLog.polled_at) < now
    )
    fresh = {
        "stage": stage,
        "todo": place,
        "seen": "",
        "gap_at": now,
        "since": session.scalar(good),
        "entries": 0,
        "recovered": 0,
        "remarks": "",
    }
    again = {name: value for name, value in fresh.items() if name != "since"}  # what an unfinished walk sought, too
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(feed_walk).values(feed_id=feed_id, language="", **fresh)
    session.execute(statement.on_conflict_do_update(index_elements=["feed_id"], set_=again))


def walk_of(session: Session, feed_id: int) -> Walk | None:
    """Return how far a feed's walk has come; None where none is under way."""
    found = session.execute(
        select(feed_walk, col(Feed.url), col(Feed.name)).join(Feed).where(feed_walk.c.feed_id == feed_id)
    ).first()
    if found is None:
        return None
    return Walk(
        feed_id=feed_id,
        feed_url=found.url,
        outlet=found.name,
        stage=found.stage,
        todo=tuple(found.todo.splitlines()),
        gap_at=found.gap_at,
        since=found.since,
        seen=tuple(found.seen.splitlines()),
        language=found.language,
        entries=found.entries,
        recovered=found.recovered,
        remarks=tuple(found.remarks.splitlines()),
    )


def save_step(session: Session, walk: Walk) -> None:
    """Write how far a walk has come."""
    values = {
        "stage": walk.stage,
        "todo": "\n".join(walk.todo),
        "seen": "\n".join(walk.seen),
        "language": walk.language,
        "entries": walk.entries,
        "recovered": walk.recovered,
        "remarks": "\n".join(" ".join(remark.split()) for remark in walk.remarks),
    }
    session.execute(update(feed_walk).where(feed_walk.c.feed_id == walk.feed_id).values(**values))


def end_walk(session: Session, walk: Walk, *, now: datetime) -> None:
    """Write what a walk came to into its feed's log, and forget it."""
    session.execute(delete(feed_walk).where(feed_walk.c.feed_id == walk.feed_id))
    session.add(
        PollLog(
            feed_id=walk.feed_id,
            polled_at=now,
            outcome=PollOutcome.WALKED_BACK,
            entries=walk.entries,
            new_entries=walk.recovered,
            gap_suspected=not walk.is_closed,
            detail=story_of(walk)[:LONGEST_DETAIL],
        )
    )


def any_known_before(session: Session, candidates: Sequence[Candidate], walk: Walk) -> bool:
    """Tell whether one of these entries was stored before the gap."""
    keys = [each.key for each in candidates]
    addresses = [address for each in candidates for address in same_page(each.url)]
    mine = (col(Document.feed_id) == walk.feed_id) & col(Document.entry_key).in_(keys)
    known = select(col(Document.id)).where(
        mine | col(Document.url).in_(addresses), col(Document.found_at) < walk.gap_at
    )
    return session.scalar(known.limit(1)) is not None


def latest_pages(session: Session, feed_id: int) -> tuple[str, ...]:
    """Return the addresses of a feed's latest articles."""
    latest = select(col(Document.url)).where(col(Document.feed_id) == feed_id).order_by(col(Document.id).desc())
    return tuple(url for url in session.scalars(latest.limit(MOST_KNOWN)) if "#" not in url)


def is_asked(session: Session, feed_id: int) -> bool:
    """Tell whether a feed is still asked at all."""
    asked = select(col(Feed.active)).join(FeedPoll).where(col(Feed.id) == feed_id)
    return bool(session.scalar(asked))

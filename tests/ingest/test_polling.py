"""A day of polling in virtual time: conditional, polite, complete."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from services.ingest.answers import (
    Failed,
    FailureKind,
    FeedAnswer,
    FeedAsked,
    FeedRead,
    NotModified,
    Receipt,
    Wishes,
)
from services.ingest.handlers import find_work, poll_due_feeds
from services.ingest.lanes import Lanes
from services.ingest.politeness import HostPolicy
from services.ingest.values import Entry, ParsedFeed, PollPolicy, Sweep
from shared.tables import Document, Feed, FeedPoll, HostRest, PollLog
from shared.transaction import Begin, transactions
from shared.vocabulary import PollOutcome
from tests.ingest.builders import add_feed
from tests.ingest.conftest import NOW, POLICY
from tests.ingest.polls import poll_feed

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AT_ONCE = HostPolicy(parallel=2, spacing=timedelta(), most_in_batch=64)


@pytest.fixture
def begin(any_database: Engine) -> Begin:
    """What is told here holds on both databases."""
    return transactions(any_database, lambda event: None)


@pytest.fixture
def session(any_database: Engine) -> Iterator[Session]:
    with Session(any_database, expire_on_commit=False) as session:
        yield session


def run(begin: Begin, lanes: Lanes, *, start: datetime, until: datetime, step: timedelta = 5 * MINUTE) -> None:
    """Let the worker look for due feeds every few minutes of virtual time."""
    now = start
    while now < until:
        poll_due_feeds(begin=begin, lanes=lanes, policy=POLICY, most=64, now=now)
        now += step


def test_a_day_of_polls_is_conditional_after_the_first_and_survives_restarts(begin: Begin, session: Session) -> None:
    asked: list[FeedAsked] = []

    def fetch(feed: FeedAsked) -> FeedAnswer:
        asked.append(feed)
        if feed.had.etag:
            return NotModified(feed.had, Wishes())
        return FeedRead(Receipt(f"tag{feed.feed_id}", None, "hash"), Wishes(), ParsedFeed())

    for number in range(40):
        add_feed(begin, f"http://host{number % 10}.example/{number}", due_at=NOW)
    for hour in range(24):  # a new worker each hour: nothing but the database remembers
        run(begin, Lanes(fetch, AT_ONCE), start=NOW + hour * HOUR, until=NOW + (hour + 1) * HOUR)
    unconditional = Counter(feed.feed_id for feed in asked if not feed.had.etag)
    assert set(unconditional.values()) == {1}
    assert sum(unconditional.values()) / len(asked) < 0.05
    assert all(feed.had.etag == f"tag{feed.feed_id}" for feed in asked if feed.had.etag)


def test_a_host_that_asks_for_rest_gets_it_from_all_its_feeds(begin: Begin, session: Session) -> None:
    moments: list[datetime] = []
    now = NOW

    def fetch(feed: FeedAsked) -> FeedAnswer:
        moments.append(now)
        return Failed(FailureKind.BUSY, "the server answered 429", 2 * HOUR)

    for number in range(5):
        add_feed(begin, f"http://busy.example/{number}", due_at=NOW)
    while now < NOW + timedelta(hours=1, minutes=59):
        poll_due_feeds(begin=begin, lanes=Lanes(fetch, HostPolicy(1, timedelta(), 64)), policy=POLICY, most=64, now=now)
        now += 5 * MINUTE
    assert moments == [NOW]
    assert session.exec(select(HostRest.until)).one() == NOW + 2 * HOUR
    assert all(at >= NOW + 2 * HOUR for at in session.exec(select(FeedPoll.next_poll_at)))


def test_a_gap_is_flagged_at_the_first_miss_and_the_interval_shrinks(begin: Begin, session: Session) -> None:
    """An origin publishes 30 entries an hour and shows 20; asked hourly, it loses ten each time."""
    policy = PollPolicy(HOUR, shortest=5 * MINUTE, longest=24 * HOUR)
    now = NOW

    def fetch(feed: FeedAsked) -> FeedAnswer:
        newest = int((now - NOW).total_seconds() // 120) + 100
        entries = tuple(
            Entry(guid=f"g{n}", link=f"http://busy.example/{n}", title=f"T{n}") for n in range(newest - 20, newest)
        )
        return FeedRead(Receipt("t", None, f"hash{newest}"), Wishes(), ParsedFeed(entries=entries))

    feed_id = add_feed(begin, "http://busy.example/feed", due_at=NOW)
    while now < NOW + 6 * HOUR:
        poll_feed(feed_id, begin=begin, fetch=fetch, policy=policy, now=now)
        now += MINUTE
    log = session.exec(select(PollLog).order_by(col(PollLog.id))).all()
    assert [line.gap_suspected for line in log[:3]] == [False, True, False]
    assert not any(line.gap_suspected for line in log[2:])
    assert log[2].polled_at - log[1].polled_at == HOUR / 2


def test_a_feed_that_moved_for_good_gets_its_new_address(begin: Begin, session: Session) -> None:
    def fetch(feed: FeedAsked) -> FeedAnswer:
        moved = "https://new.example/feed" if "old" in feed.url else None
        return NotModified(Receipt("t", None, "h"), Wishes(moved_to=moved))

    feed_id = add_feed(begin, "http://old.example/feed", due_at=NOW)
    for hours in (0, 12, 23):
        poll_feed(feed_id, begin=begin, fetch=fetch, policy=POLICY, now=NOW + hours * HOUR)
    assert session.get_one(Feed, feed_id).url == "http://old.example/feed"
    session.rollback()
    poll_feed(feed_id, begin=begin, fetch=fetch, policy=POLICY, now=NOW + 25 * HOUR)
    assert session.get_one(Feed, feed_id).url == "https://new.example/feed"


def test_a_feed_never_takes_the_address_of_another(begin: Begin, session: Session) -> None:
    def fetch(feed: FeedAsked) -> FeedAnswer:
        return NotModified(Receipt("t", None, "h"), Wishes(moved_to="https://new.example/feed"))

    add_feed(begin, "https://new.example/feed", due_at=NOW + 999 * HOUR)
    feed_id = add_feed(begin, "http://old.example/feed", due_at=NOW)
    for hours in (0, 12, 25, 40):
        poll_feed(feed_id, begin=begin, fetch=fetch, policy=POLICY, now=NOW + hours * HOUR)
    assert session.get_one(Feed, feed_id).url == "http://old.example/feed"


def test_feeds_that_were_not_begun_in_time_are_free_again(begin: Begin, session: Session) -> None:
    for number in range(3):
        add_feed(begin, f"http://slow.example/{number}", due_at=NOW)
    lanes = Lanes(lambda feed: NotModified(feed.had, Wishes()), HostPolicy(1, timedelta(), 64), most_seconds=-1)
    poll_due_feeds(begin=begin, lanes=lanes, policy=POLICY, most=64, now=NOW)
    assert session.exec(select(FeedPoll.lease_token)).all() == [None, None, None]
    assert session.exec(select(PollLog)).all() == []


def test_a_feed_that_was_taken_over_is_not_saved_and_the_others_are(begin: Begin, session: Session) -> None:
    taken, kept = (add_feed(begin, f"http://host.example/{number}", due_at=NOW) for number in range(2))

    def fetch(feed: FeedAsked) -> FeedAnswer:
        if feed.feed_id == taken:
            with begin() as tx:
                tx.session.get_one(FeedPoll, taken).lease_token = "somebody else"
        return FeedRead(Receipt("tag", None, "hash"), Wishes(), ParsedFeed(entries=(Entry(guid=str(feed.feed_id)),)))

    poll_due_feeds(begin=begin, lanes=Lanes(fetch, AT_ONCE), policy=POLICY, most=64, now=NOW)
    assert session.exec(select(PollLog.feed_id)).all() == [kept]
    assert session.exec(select(Document.feed_id)).all() == [kept]
    assert session.get_one(FeedPoll, taken).etag is None


def test_an_answer_that_the_database_refuses_costs_no_other_feed(begin: Begin, session: Session) -> None:
    refused = Receipt({"not": "a tag"}, None, "hash")  # type: ignore[arg-type]

    def fetch(feed: FeedAsked) -> FeedAnswer:
        receipt = refused if feed.url.endswith("/1") else Receipt("tag", None, "hash")
        return FeedRead(receipt, Wishes(), ParsedFeed())

    for number in range(3):
        add_feed(begin, f"http://host{number}.example/{number}", due_at=NOW)
    with pytest.raises(DBAPIError):
        poll_due_feeds(begin=begin, lanes=Lanes(fetch, AT_ONCE), policy=POLICY, most=64, now=NOW)
    assert session.exec(select(FeedPoll.etag).order_by(col(FeedPoll.feed_id))).all() == ["tag", None, "tag"]


def test_a_log_forgets_what_is_older_than_two_months(begin: Begin, session: Session) -> None:
    add_feed(begin, "http://a.example/", due_at=NOW)
    with begin() as tx:
        for days in (90, 61, 59, 0):
            at = NOW - timedelta(days=days)
            tx.session.add(PollLog(feed_id=1, polled_at=at, outcome=PollOutcome.NOT_MODIFIED))
            tx.session.flush()
    find_work(begin=begin, publish=lambda event: None, sweep=Sweep(timedelta(minutes=1)), now=NOW)
    assert session.exec(select(PollLog.polled_at)).all() == [NOW - timedelta(days=59), NOW]

"""Five hundred feeds over a day of virtual time: conditional, spaced, obedient, and not hurried by restarts."""

import itertools
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from threading import Lock

import pytest

from services.ingest.answers import Failed, FailureKind, FeedAnswer, FeedAsked, FeedRead, NotModified, Receipt, Wishes
from services.ingest.handlers import poll_due_feeds
from services.ingest.lanes import Lanes
from services.ingest.politeness import HostPolicy
from services.ingest.urls import host_of
from services.ingest.values import ParsedFeed, PollPolicy
from shared.transaction import Begin
from tests.ingest.builders import add_feed
from tests.ingest.conftest import NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FEEDS, HOSTS, RESTARTS = 500, 120, 20
POLICY = PollPolicy(HOUR, shortest=5 * MINUTE, longest=24 * HOUR)
AT_ONCE = HostPolicy(parallel=2, spacing=timedelta(), most_in_batch=64)
REST = 3 * HOUR


class Origin:
    """Servers that answer 304 to who asks well, and of which some ask for rest now and then."""

    def __init__(self) -> None:
        self.now = NOW
        self.asked: list[tuple[datetime, FeedAsked]] = []
        self.resting: dict[str, datetime] = {}
        self.disobeyed: list[str] = []
        self.most_at_once = 0
        self._running: dict[str, int] = defaultdict(int)
        self._lock = Lock()

    def __call__(self, feed: FeedAsked) -> FeedAnswer:
        host = host_of(feed.url)
        with self._lock:
            self._running[host] += 1
            self.most_at_once = max(self.most_at_once, self._running[host])
            self.asked.append((self.now, feed))
            if self.resting.get(host, self.now) > self.now:
                self.disobeyed.append(host)
            answer = self._answer(host, feed)
            self._running[host] -= 1
        return answer

    def _answer(self, host: str, feed: FeedAsked) -> FeedAnswer:
        turn = sum(known.feed_id == feed.feed_id for _, known in self.asked[-FEEDS:])
        if feed.had.etag and feed.feed_id % 50 == turn and host not in self.resting:
            self.resting[host] = self.now + REST
            return Failed(FailureKind.BUSY, "the server answered 429", REST)
        if feed.had.etag:
            return NotModified(feed.had, Wishes())
        return FeedRead(Receipt(f"tag{feed.feed_id}", None, "hash"), Wishes(), ParsedFeed())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_day_of_five_hundred_feeds(begin: Begin) -> None:
    for number in range(FEEDS):
        add_feed(begin, f"http://host{number % HOSTS}.example/{number}", due_at=NOW)
    origin = Origin()
    step = timedelta(days=1) / (RESTARTS + 1) / 4
    while origin.now < NOW + timedelta(days=1):
        asked_before = -1
        while asked_before < len(origin.asked):  # as often as the sweep rings until nothing is due
            asked_before = len(origin.asked)
            # each time another worker, which knows nothing but the database
            lanes = Lanes(origin, AT_ONCE, linger_seconds=0.01)
            poll_due_feeds(begin=begin, lanes=lanes, policy=POLICY, most=64, now=origin.now)
        origin.now += step
    unconditional = Counter(feed.feed_id for _, feed in origin.asked if not feed.had.etag)
    assert set(unconditional) == set(range(1, FEEDS + 1))
    assert set(unconditional.values()) == {1}
    repeated = len(origin.asked) - FEEDS
    assert sum(bool(feed.had.etag) for _, feed in origin.asked) / repeated >= 0.95
    assert repeated > 5 * FEEDS
    assert origin.resting
    assert origin.disobeyed == []
    assert origin.most_at_once <= 2


def test_no_feed_is_asked_twice_within_its_interval(begin: Begin) -> None:
    """Whatever the workers do, the shortest interval lies between two polls of a feed."""
    origin = Origin()
    for number in range(1, 20):
        add_feed(begin, f"http://host{number}.example/{number}", due_at=NOW)
    while origin.now < NOW + 3 * HOUR:
        poll_due_feeds(begin=begin, lanes=Lanes(origin, AT_ONCE), policy=POLICY, most=64, now=origin.now)
        origin.now += 2 * MINUTE
    moments: dict[int, list[datetime]] = defaultdict(list)
    for at, feed in origin.asked:
        moments[feed.feed_id].append(at)
    gaps = [later - earlier for each in moments.values() for earlier, later in itertools.pairwise(each)]
    assert min(gaps) >= POLICY.shortest

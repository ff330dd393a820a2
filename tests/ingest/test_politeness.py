"""No host is asked too often or too much at once, whoever asks."""

import itertools
import time
from datetime import timedelta
from threading import Lock

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from services.ingest import host_queries
from services.ingest.answers import Failed, FailureKind, FeedAnswer, FeedAsked, NotModified, Receipt, Wishes
from services.ingest.lanes import Lanes
from services.ingest.politeness import DueFeed, HostPolicy, Hosts, HostStanding, Later, Slot, take_slot, take_turn
from tests.ingest.conftest import NOW

SECOND = timedelta(seconds=1)
POLITE = HostPolicy(parallel=2, spacing=SECOND, most_in_batch=2)


def test_a_host_gets_its_share_of_a_batch_and_the_rest_wait_until_it_is_free() -> None:
    due = [DueFeed(number, f"http://big.example/{number}") for number in range(5)] + [
        DueFeed(9, "http://small.example/")
    ]
    turn = take_turn(due, Hosts(), policy=POLITE, most=64, now=NOW)
    assert set(turn.now) == {0, 1, 9}
    assert turn.later == dict.fromkeys((2, 3, 4), NOW + 2 * SECOND)
    assert turn.taken_until == {"big.example": NOW + 2 * SECOND, "small.example": NOW + SECOND}


def test_a_resting_host_is_left_alone() -> None:
    until = NOW + timedelta(hours=1)
    turn = take_turn([DueFeed(1, "http://a.example/")], Hosts({"a.example": until}), policy=POLITE, most=64, now=NOW)
    assert (turn.now, turn.later) == ((), {1: until})


def test_a_rest_that_was_asked_for_is_not_cut_short(any_database: Engine) -> None:
    with Session(any_database) as session, session.begin():
        for minutes in (60, 1):
            host_queries.rest_hosts(session, {"a.example": NOW + timedelta(minutes=minutes)})
        assert host_queries.resting_hosts(session, now=NOW) == {"a.example": NOW + timedelta(minutes=60)}


def test_a_host_at_which_others_are_busy_gets_fewer_lanes_or_waits() -> None:
    due = [DueFeed(number, f"http://{host}.example/{number}") for number, host in enumerate("aabb")]
    turn = take_turn(due, Hosts(under_way={"a.example": 1, "b.example": 2}), policy=POLITE, most=64, now=NOW)
    assert (turn.now, dict(turn.lanes)) == ((0, 1), {"a.example": 1})
    assert turn.later == dict.fromkeys((2, 3), NOW + SECOND)


@pytest.mark.parametrize(
    ("standing", "slot"),
    [
        pytest.param(HostStanding(NOW - 9 * SECOND), Slot(NOW), id="free for long"),
        pytest.param(HostStanding(NOW + SECOND), Slot(NOW + SECOND), id="free soon"),
        pytest.param(HostStanding(NOW + 9 * SECOND), Later(NOW + 10 * SECOND), id="free not so soon"),
        pytest.param(HostStanding(NOW, None, 2), Later(NOW + SECOND), id="as many under way as may be"),
        pytest.param(HostStanding(NOW, NOW + 30 * SECOND, 2), Later(NOW + 31 * SECOND), id="behind those that queue"),
    ],
)
def test_a_request_takes_its_turn(standing: HostStanding, slot: Slot | Later) -> None:
    assert take_slot(standing, policy=POLITE, now=NOW) == slot


def test_a_batch_has_an_end() -> None:
    due = [DueFeed(number, f"http://{number}.example/") for number in range(100)]
    assert len(take_turn(due, Hosts(), policy=POLITE, most=64, now=NOW).now) == 64


def asked(*urls: str) -> list[FeedAsked]:
    return [FeedAsked(number, url, Receipt()) for number, url in enumerate(urls)]


def test_requests_at_one_host_keep_their_distance() -> None:
    starts: list[float] = []
    lock = Lock()

    def fetch(feed: FeedAsked) -> FeedAnswer:
        with lock:
            starts.append(time.monotonic())
        return NotModified(Receipt(), Wishes())

    lanes = Lanes(fetch, HostPolicy(2, timedelta(seconds=0.1), 8))
    answers = [pair for pairs in lanes.ask(asked(*["http://a.example/"] * 5)) for pair in pairs]
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert len(answers) == 5
    assert min(gaps) > 0.05


def test_slow_answers_bring_no_two_starts_together() -> None:
    starts: list[float] = []

    def fetch(feed: FeedAsked) -> FeedAnswer:
        starts.append(time.monotonic())
        time.sleep(0.35 if feed.feed_id == 0 else 0.2)  # both lanes are free at about the same time
        return NotModified(Receipt(), Wishes())

    lanes = Lanes(fetch, HostPolicy(2, timedelta(seconds=0.15), 8))
    list(lanes.ask(asked(*["http://a.example/"] * 6)))
    assert min(later - earlier for earlier, later in itertools.pairwise(sorted(starts))) > 0.1


def test_a_host_that_asks_for_rest_gets_it_at_once() -> None:
    def fetch(feed: FeedAsked) -> FeedAnswer:
        return Failed(FailureKind.BUSY, "429")

    lanes = Lanes(fetch, HostPolicy(1, timedelta(), 8))
    answers = [pair for pairs in lanes.ask(asked(*["http://a.example/"] * 5)) for pair in pairs]
    assert len(answers) == 1


def test_a_slow_feed_holds_nobody_up() -> None:
    def fetch(feed: FeedAsked) -> FeedAnswer:
        time.sleep(0.5 if "slow" in feed.url else 0)
        return NotModified(Receipt(), Wishes())

    lanes = Lanes(fetch, HostPolicy(), linger_seconds=0.01)
    first = next(iter(lanes.ask(asked("http://slow.example/", "http://a.example/", "http://b.example/"))))
    assert all("slow" not in feed.url for feed, _ in first)


def test_nothing_due_is_nothing_asked() -> None:
    assert list(Lanes(lambda feed: Failed(FailureKind.BROKEN, ""), HostPolicy()).ask([])) == []

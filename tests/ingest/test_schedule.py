"""What an answer means for the next poll."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.ingest.answers import (
    Failed,
    FailureKind,
    FeedAnswer,
    FeedRead,
    Gone,
    NotModified,
    Receipt,
    SameBody,
    Wishes,
)
from services.ingest.moves import Move, follow_move, has_settled
from services.ingest.rhythm import Harvest, has_gap, next_interval
from services.ingest.schedule import Standing, Verdict, judge
from services.ingest.values import NotAFeed, ParsedFeed
from shared.vocabulary import PollOutcome
from tests.ingest.conftest import NOW, POLICY

HAD = Receipt("tag", "day", "hash")
KNOWN = Standing(HAD, interval=POLICY.interval)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def judged(answer: FeedAnswer, before: Standing = KNOWN, harvest: Harvest = Harvest()) -> Verdict:
    return judge(answer, before, harvest, policy=POLICY, now=NOW)


def fresh(wait: timedelta | None = None, lifetime: timedelta | None = None) -> FeedRead:
    return FeedRead(Receipt("new"), Wishes(wait), ParsedFeed(lifetime=lifetime))


@pytest.mark.parametrize(
    ("answer", "outcome", "wait"),
    [
        pytest.param(fresh(), PollOutcome.NOTHING_NEW, 18 * MINUTE, id="nothing new: a little longer"),
        pytest.param(NotModified(HAD, Wishes()), PollOutcome.NOT_MODIFIED, 18 * MINUTE, id="304"),
        pytest.param(SameBody(HAD, Wishes()), PollOutcome.SAME_BODY, 18 * MINUTE, id="the same body"),
        pytest.param(fresh(2 * HOUR), PollOutcome.NOTHING_NEW, 2 * HOUR, id="max-age is obeyed"),
        pytest.param(fresh(None, 3 * HOUR), PollOutcome.NOTHING_NEW, 3 * HOUR, id="ttl is obeyed"),
        pytest.param(fresh(30 * DAY), PollOutcome.NOTHING_NEW, DAY, id="up to a day"),
        pytest.param(Gone(), PollOutcome.GONE, 30 * DAY, id="410 rests the feed"),
    ],
)
def test_a_good_answer_sets_the_next_poll(answer: FeedAnswer, outcome: PollOutcome, wait: timedelta) -> None:
    verdict = judged(answer)
    assert (verdict.outcome, verdict.next_poll_at - NOW) == (outcome, wait)


@pytest.mark.parametrize(
    ("answer", "least", "most"),
    [
        pytest.param(Failed(FailureKind.BROKEN, "500"), 4.8 * HOUR, 7.2 * HOUR, id="a server that is down: 6 hours"),
        pytest.param(Failed(FailureKind.DENIED, "404"), 19 * HOUR, 29 * HOUR, id="404: a day"),
        pytest.param(NotAFeed("a web page"), 19 * HOUR, 29 * HOUR, id="not a feed: a day"),
        pytest.param(Failed(FailureKind.BUSY, "429", 3 * DAY), 3 * DAY, 3 * DAY, id="Retry-After is obeyed"),
    ],
)
def test_after_many_failures_the_wait_is_bounded(answer: FeedAnswer, least: timedelta, most: timedelta) -> None:
    verdict = judged(answer, replace(KNOWN, failures=50))
    assert least <= verdict.next_poll_at - NOW <= most
    assert verdict.standing.failures == 51


def test_failures_double_the_wait_and_success_forgets_them() -> None:
    waits = [judged(Failed(FailureKind.BROKEN, "500"), replace(KNOWN, failures=n)).next_poll_at - NOW for n in range(4)]
    assert all(later > earlier for earlier, later in itertools.pairwise(waits))
    assert judged(fresh(), replace(KNOWN, failures=4)).standing.failures == 0


@pytest.mark.parametrize("answer", [Gone(), NotAFeed("x"), Failed(FailureKind.BROKEN, "x")], ids=["410", "html", "500"])
def test_a_failure_keeps_the_receipt_of_better_days(answer: FeedAnswer) -> None:
    assert judged(answer).standing.had == HAD


@pytest.mark.parametrize(
    ("harvest", "before", "after"),
    [
        pytest.param(Harvest(30, 0), 60 * MINUTE, 60 * MINUTE, id="quiet: never over four times the interval"),
        pytest.param(Harvest(30, 20), 20 * MINUTE, 10 * MINUTE, id="busy: half"),
        pytest.param(Harvest(30, 20), 5 * MINUTE, 5 * MINUTE, id="busy: never under the shortest"),
        pytest.param(Harvest(30, 5), 20 * MINUTE, 20 * MINUTE, id="as it should be: unchanged"),
        pytest.param(Harvest(30, 30), None, 7.5 * MINUTE, id="the first time counts from the interval set"),
    ],
)
def test_the_interval_follows_the_feed(harvest: Harvest, before: timedelta | None, after: timedelta) -> None:
    assert next_interval(before, harvest, policy=POLICY) == after


@pytest.mark.parametrize(
    ("harvest", "gap"),
    [
        pytest.param(Harvest(20, 20), True, id="nothing known"),
        pytest.param(Harvest(20, 19), False, id="one known"),
        pytest.param(Harvest(1, 1), False, id="a feed of one entry"),
        pytest.param(Harvest(0, 0), False, id="empty"),
    ],
)
def test_a_gap_is_suspected_where_two_fetches_share_nothing(harvest: Harvest, gap: bool) -> None:
    assert has_gap(harvest) is gap
    assert judged(fresh(), harvest=harvest).gap_suspected is gap


def test_the_first_fetch_has_no_gap() -> None:
    assert judged(fresh(), Standing(Receipt()), Harvest(20, 20)).gap_suspected is False


@pytest.mark.parametrize(
    ("hours", "settled"),
    [
        pytest.param([0, 12, 24], True, id="three times over a day"),
        pytest.param([0, 1, 2], False, id="three times in two hours"),
        pytest.param([0, 48], False, id="twice"),
    ],
)
def test_a_move_settles_when_it_is_said_often_and_long(hours: list[int], settled: bool) -> None:
    move: Move | None = None
    moment: datetime = NOW
    for hour in hours:
        moment = NOW + hour * HOUR
        move = follow_move(move, "http://new.example/", now=moment)
    assert has_settled(move, now=moment) is settled


def test_an_answer_without_the_redirect_forgets_the_move() -> None:
    assert follow_move(Move("http://new.example/", NOW, 2), None, now=NOW) is None

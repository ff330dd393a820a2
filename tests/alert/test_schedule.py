from __future__ import annotations

from datetime import timedelta

import pytest

from services.alert.schedule import JITTER, MOST_ATTEMPTS, WAITS, wait_after, wait_as_asked

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize("key", ["a", "b", "5f2b9c0d"])
def test_waits_follow_the_specification_stretched_by_up_to_a_fifth(key: str) -> None:
    for attempt, base in enumerate(WAITS, start=1):
        wait = wait_after(attempt, key=key)
        assert wait is not None
        assert base <= wait <= base * (1 + JITTER)


def test_the_last_attempt_comes_after_more_than_three_days() -> None:
    assert sum(WAITS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert wait_after(MOST_ATTEMPTS, key="a") is None


def test_the_same_key_waits_the_same_and_another_key_differently() -> None:
    assert wait_after(4, key="a") == wait_after(4, key="a")
    assert len({wait_after(4, key=str(number)) for number in range(50)}) == 50


@pytest.mark.parametrize(
    ("wait", "asked", "taken"),
    [
        pytest.param(5 * MINUTE, 7 * MINUTE, 7 * MINUTE, id="as asked"),
        pytest.param(5 * MINUTE, 24 * HOUR, 10 * MINUTE, id="at most twice our own wait"),
        pytest.param(5 * MINUTE, timedelta(), 5 * MINUTE, id="at least our own wait"),
        pytest.param(5 * MINUTE, -HOUR, 5 * MINUTE, id="a date that has passed"),
        pytest.param(5 * MINUTE, None, 5 * MINUTE, id="nothing asked"),
        pytest.param(timedelta(seconds=5), None, MINUTE, id="an overloaded receiver gets a minute"),
    ],
)
def test_a_receiver_may_ask_for_patience_within_bounds(
    wait: timedelta, asked: timedelta | None, taken: timedelta
) -> None:
    assert wait_as_asked(wait, asked) == taken

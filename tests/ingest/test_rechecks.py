"""Pages are looked at again a few times while they are young, entries that change always ever more rarely."""

from datetime import timedelta

from services.ingest.rechecks import follow_change, next_recheck
from tests.ingest.conftest import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_the_gaps_grow_and_end() -> None:
    moments, now = [], NOW
    for reads in range(1, 10):
        due = next_recheck(NOW, reads=reads, now=now)
        if due is None:
            break
        moments.append(due - NOW)
        now = due
    assert moments == [HOUR, 7 * HOUR, 31 * HOUR]


def test_an_old_article_is_left_alone() -> None:
    assert next_recheck(NOW - 4 * DAY, reads=1, now=NOW) is None


def test_an_entry_that_changes_at_every_poll_brings_us_ever_more_rarely() -> None:
    waits = [follow_change(reads=reads, now=NOW) - NOW for reads in (1, 3, 4, 10, 100)]
    assert waits == [timedelta(), timedelta(), timedelta(minutes=10), timedelta(minutes=70), 6 * HOUR]

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alert.bounces import Standing, standing_after, standing_after_bounce
from services.alert.channels.base import Accepted, Postponed, Rejected
from services.alert.dsn import Bounce
from tests.alert.builders import NOW

DAY = timedelta(days=1)
REFUSED = Rejected("SMTP 554: 5.7.1 not wanted")


def after_bounces(*days: float) -> Standing:
    standing = Standing()
    for day in days:
        standing = standing_after(standing, REFUSED, now=NOW + day * DAY)
    return standing


def test_a_mailbox_that_does_not_exist_is_suppressed_at_once() -> None:
    refused = Rejected("SMTP 550: 5.1.1 nobody here", no_such_mailbox=True)
    assert standing_after(Standing(), refused, now=NOW).suppressed_at == NOW


def test_five_days_with_refusals_suppress() -> None:
    assert after_bounces(0, 1, 2, 3).suppressed_at is None
    assert after_bounces(0, 1, 2, 3, 4).suppressed_at == NOW + 4 * DAY


def test_only_one_refusal_a_day_counts_and_old_ones_are_forgotten() -> None:
    assert after_bounces(0, 0.1, 0.2, 0.3, 0.4, 0.5).score == 1
    assert after_bounces(0, 1, 2, 3, 11).score == 1


def test_neither_a_taken_nor_a_postponed_mail_changes_anything() -> None:
    """A relay takes every mail at first; the bounce comes later."""
    bounced = after_bounces(0, 1)
    for outcome in (Postponed("SMTP 451"), Accepted("SMTP 250")):
        assert standing_after(bounced, outcome, now=NOW + 2 * DAY) == bounced


@pytest.mark.parametrize(
    ("status", "score", "suppressed"),
    [
        pytest.param("5.1.1", 0.0, True, id="no such mailbox"),
        pytest.param("5.7.1", 1.0, False, id="refused"),
        pytest.param("4.4.7", 0.5, False, id="given up after days"),
    ],
)
def test_what_a_report_weighs(status: str, score: float, *, suppressed: bool) -> None:
    after = standing_after_bounce(Standing(), Bounce("0" * 32, status, f"{status} because"), now=NOW)
    assert (after.score, after.suppressed_at == NOW) == (score, suppressed)

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alert.channels.base import Accepted, Gone, Outcome, Postponed, Rejected, TimedOut, Unreachable
from services.alert.endpoints import LONGEST_FAILURE, Health, WhyDisabled, health_after
from tests.alert.builders import NOW

FAILURES = [Postponed("HTTP 500"), Rejected("not allowed"), TimedOut("15 s"), Unreachable("no such name")]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_five_days_of_only_failures_switch_it_off(failure: Outcome) -> None:
    failing = health_after(Health(), failure, now=NOW)
    assert failing == Health(failing_since=NOW)
    almost = health_after(failing, failure, now=NOW + LONGEST_FAILURE - timedelta(seconds=1))
    assert almost.disabled_at is None
    off = health_after(almost, failure, now=NOW + LONGEST_FAILURE)
    assert (off.disabled_at, off.reason) == (NOW + LONGEST_FAILURE, WhyDisabled.FAILED_TOO_LONG)


def test_any_success_forgives_all_failures() -> None:
    failing = health_after(Health(), Postponed("HTTP 500"), now=NOW)
    assert health_after(failing, Accepted("HTTP 200"), now=NOW + timedelta(days=4)) == Health()


def test_gone_switches_it_off_at_once() -> None:
    assert health_after(Health(), Gone("HTTP 410"), now=NOW) == Health(NOW, NOW, WhyDisabled.GONE)

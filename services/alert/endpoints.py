"""When a webhook address that only fails is switched off, and when it is forgiven."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.alert.channels.base import Accepted, Gone, Outcome

LONGEST_FAILURE = timedelta(hours=120)


class WhyDisabled(StrEnum):
    """What switched an endpoint off."""

    GONE = "it answered 410 Gone"
    FAILED_TOO_LONG = "it did not accept anything for five days"


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint stands since its last success."""

    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    reason: str = ""


def health_after(health: Health, outcome: Outcome, *, now: datetime) -> Health:
    """Return how an endpoint stands after one more call: any success forgives all failures before it."""
    match outcome:
        case Accepted():
            return Health()
        case Gone():
            return _disabled(health, WhyDisabled.GONE, now)
    since = health.failing_since or now
    if now - since >= LONGEST_FAILURE:
        return _disabled(replace(health, failing_since=since), WhyDisabled.FAILED_TOO_LONG, now)
    return replace(health, failing_since=since)


def _disabled(health: Health, why: WhyDisabled, now: datetime) -> Health:
    return replace(health, failing_since=health.failing_since or now, disabled_at=now, reason=why.value)

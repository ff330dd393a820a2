"""When a message may be sent to a person: at once, with the next digest, after the quiet hours, or with a summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.vocabulary import Frequency

_DAY = timedelta(days=1)
_MONDAY = 0


class WhyThen(StrEnum):
    """What set the time of a message."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    CAP_REACHED = "cap_reached"
    QUIET_HOURS = "quiet_hours"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a subscription may be written to; hours are of its own time zone, quiet ones may span midnight."""

    frequency: Frequency = Frequency.NOW
    timezone: str = "UTC"
    digest_hour: int = 8
    quiet_from: int | None = None
    quiet_until: int | None = None
    most_per_hour: int = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """When a message is sent; all that share a later slot go together in one message."""

    at: datetime
    reason: WhyThen

    @property
    def shared(self) -> bool:
        return self.reason is not WhyThen.AT_ONCE


def slot_for(rhythm: Rhythm, *, sent_lately: int, now: datetime) -> Slot:
    """Choose the slot of a message raised `now`, after `sent_lately` others within the last hour."""
    local = now.astimezone(ZoneInfo(rhythm.timezone))
    if rhythm.frequency is not Frequency.NOW:
        return _after_quiet_hours(Slot(_digest_at(rhythm, local), WhyThen.DIGEST), rhythm)
    if sent_lately >= rhythm.most_per_hour:
        return _after_quiet_hours(Slot(_next_hour(local), WhyThen.CAP_REACHED), rhythm)
    return _after_quiet_hours(Slot(now, WhyThen.AT_ONCE), rhythm)


def _digest_at(rhythm: Rhythm, local: datetime) -> datetime:
    if rhythm.frequency is Frequency.HOURLY:
        return _next_hour(local)
    day = local.date()
    digest = _moment(day, rhythm.digest_hour, local)
    while digest <= local or (rhythm.frequency is Frequency.WEEKLY and day.weekday() != _MONDAY):
        day += _DAY
        digest = _moment(day, rhythm.digest_hour, local)
    return digest.astimezone(UTC)


def _after_quiet_hours(slot: Slot, rhythm: Rhythm) -> Slot:
    if rhythm.quiet_from is None or rhythm.quiet_until is None or rhythm.quiet_from == rhythm.quiet_until:
        return slot
    local = slot.at.astimezone(ZoneInfo(rhythm.timezone))
    hours = (rhythm.quiet_until - rhythm.quiet_from) % 24
    if (local.hour - rhythm.quiet_from) % 24 >= hours:
        return slot
    morning = _moment(local.date(), rhythm.quiet_until, local)
    if morning <= local:
        morning = _moment(local.date() + _DAY, rhythm.quiet_until, local)
    return Slot(morning.astimezone(UTC), WhyThen.QUIET_HOURS)


def _next_hour(local: datetime) -> datetime:
    start = local.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return start + timedelta(hours=1)


def _moment(day: date, hour: int, local: datetime) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=local.tzinfo)

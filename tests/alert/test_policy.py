from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.alert.policy import Rhythm, Slot, WhyThen, slot_for
from shared.vocabulary import Frequency

MONDAY_NOON = datetime(2026, 3, 2, 12, 20, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "sent_lately", "slot"),
    [
        pytest.param(Rhythm(), 0, Slot(MONDAY_NOON, WhyThen.AT_ONCE), id="at once"),
        pytest.param(Rhythm(most_per_hour=3), 2, Slot(MONDAY_NOON, WhyThen.AT_ONCE), id="the third of three"),
        pytest.param(
            Rhythm(most_per_hour=3), 3, Slot(at("2026-03-02T13:00"), WhyThen.CAP_REACHED), id="a summary after three"
        ),
        pytest.param(
            Rhythm(Frequency.HOURLY), 0, Slot(at("2026-03-02T13:00"), WhyThen.DIGEST), id="with the next full hour"
        ),
        pytest.param(
            Rhythm(Frequency.DAILY, digest_hour=8),
            0,
            Slot(at("2026-03-03T08:00"), WhyThen.DIGEST),
            id="tomorrow, since today's hour is over",
        ),
        pytest.param(
            Rhythm(Frequency.DAILY, digest_hour=18), 0, Slot(at("2026-03-02T18:00"), WhyThen.DIGEST), id="this evening"
        ),
        pytest.param(
            Rhythm(Frequency.WEEKLY, digest_hour=8), 0, Slot(at("2026-03-09T08:00"), WhyThen.DIGEST), id="next Monday"
        ),
        pytest.param(
            Rhythm(Frequency.DAILY, timezone="America/New_York", digest_hour=8),
            0,
            Slot(at("2026-03-02T13:00"), WhyThen.DIGEST),
            id="at eight in New York",
        ),
        pytest.param(
            Rhythm(timezone="Asia/Tokyo", quiet_from=21, quiet_until=7),
            0,
            Slot(at("2026-03-02T22:00"), WhyThen.QUIET_HOURS),
            id="after the night in Tokyo",
        ),
        pytest.param(Rhythm(quiet_from=9, quiet_until=9), 0, Slot(MONDAY_NOON, WhyThen.AT_ONCE), id="no quiet hour"),
    ],
)
def test_a_rhythm_chooses_the_slot(rhythm: Rhythm, sent_lately: int, slot: Slot) -> None:
    assert slot_for(rhythm, sent_lately=sent_lately, now=MONDAY_NOON) == slot


@pytest.mark.parametrize(
    ("now", "sent_at"),
    [
        pytest.param("2026-03-02T21:59", "2026-03-02T21:59", id="just before the night"),
        pytest.param("2026-03-02T22:00", "2026-03-03T07:00", id="in the evening"),
        pytest.param("2026-03-03T00:30", "2026-03-03T07:00", id="after midnight"),
        pytest.param("2026-03-03T06:59", "2026-03-03T07:00", id="just before the morning"),
        pytest.param("2026-03-03T07:00", "2026-03-03T07:00", id="in the morning"),
    ],
)
def test_quiet_hours_may_span_midnight(now: str, sent_at: str) -> None:
    rhythm = Rhythm(quiet_from=22, quiet_until=7)
    assert slot_for(rhythm, sent_lately=0, now=at(now)).at == at(sent_at)


def test_a_digest_keeps_its_hour_when_the_clocks_change() -> None:
    rhythm = Rhythm(Frequency.DAILY, timezone="Europe/Berlin", digest_hour=8)
    before, after = (
        slot_for(rhythm, sent_lately=0, now=at(day)).at for day in ("2026-03-28T05:00", "2026-03-28T12:00")
    )
    assert (before, after) == (at("2026-03-28T07:00"), at("2026-03-29T06:00"))


def test_a_digest_that_falls_into_quiet_hours_waits_for_their_end() -> None:
    rhythm = Rhythm(Frequency.DAILY, digest_hour=5, quiet_from=22, quiet_until=7)
    assert slot_for(rhythm, sent_lately=0, now=MONDAY_NOON) == Slot(at("2026-03-03T07:00"), WhyThen.QUIET_HOURS)

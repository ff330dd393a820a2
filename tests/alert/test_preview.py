from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.alert.channels.recording import recording_channel
from services.alert.delivery import DeliveryPolicy
from services.alert.handlers import deliver, raise_alerts
from services.alert.matching import Matched, Missed, WhyAlerted, WhyNot
from services.alert.preview import explain, in_words, would_have_told
from services.alert.values import Wishes
from shared.failures import UserMistake
from shared.transaction import Begin, Read
from shared.vocabulary import Arrival, ChannelKind, DeliveryState, ShiftStatus
from tests.alert.builders import LEASE, NOW, REPORT, detected_shift, store_shift, subscribe, watch
from tests.alert.world import World

DAY = timedelta(days=1)


def test_a_preview_shows_what_wishes_would_have_told(begin: Begin, read: Read) -> None:
    with begin() as tx:
        watch(tx.session)
        for number, (days_ago, confidence, status) in enumerate(
            [
                (100, 0.9, ShiftStatus.STANDING),
                (50, 0.9, ShiftStatus.STANDING),
                (40, 0.5, ShiftStatus.STANDING),
                (30, 0.9, ShiftStatus.SUPERSEDED),
                (10, 0.9, ShiftStatus.STANDING),
            ]
        ):
            before = replace(REPORT.before, url=f"https://a.example/{number}")
            after = replace(REPORT.after, url=f"https://b.example/{number}")
            at = NOW - days_ago * DAY
            arrived = Arrival.HISTORY if number == 1 else Arrival.LIVE
            past = replace(
                REPORT, before=before, after=after, at=at, confidence=confidence, status=status, arrived=arrived
            )
            store_shift(tx.session, past)
    wishes = Wishes(figures=("ada-quill",), minimum_confidence=0.8, paused_until=NOW + DAY)
    with read() as session:
        found = would_have_told(session, wishes, since=NOW - 90 * DAY)
    assert [(NOW - report.at).days for report in found] == [50, 10]


def test_why_was_i_alerted_and_what_became_of_it(begin: Begin, read: Read) -> None:
    shift_id = detected_shift(begin, figures=["ada-quill"])
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    channels = {ChannelKind.EMAIL: recording_channel([])}
    deliver(1, begin=begin, channels=channels, policy=DeliveryPolicy(LEASE), now=datetime.now(UTC))
    with read() as session:
        found = explain(session, "desk", shift_id, now=datetime.now(UTC))
    assert found.verdict == Matched(WhyAlerted.FIGURE)
    assert found.told is not None
    assert found.told.copies == ((ChannelKind.EMAIL, DeliveryState.DELIVERED, ""),)
    assert in_words(found.verdict) == "asked for figure"


def test_who_was_told_by_a_correction_was_told(begin: Begin, read: Read) -> None:
    world = World(begin, read)
    with begin() as tx:
        watch(tx.session)
    world.subscribe("desk")
    world.disprove(world.detect(1, days=10))
    corrected = world.detect(2, days=8)
    with read() as session:
        found = explain(session, "desk", corrected, now=world.now)
    assert found.told is not None
    assert [state for _, state, _ in found.told.copies] == [DeliveryState.DELIVERED]


def test_why_was_i_not_alerted(begin: Begin, read: Read) -> None:
    shift_id = detected_shift(begin)
    with begin() as tx:
        subscribe(tx.session, "strict", minimum_confidence=0.99)
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    with read() as session:
        found = explain(session, "strict", shift_id, now=datetime.now(UTC))
    assert (found.verdict, found.told) == (Missed(WhyNot.BELOW_CONFIDENCE), None)


@pytest.mark.parametrize(("name", "shift_id"), [("nobody", 1), ("desk", 99)])
def test_an_unknown_subscription_or_shift_is_the_askers_mistake(
    begin: Begin, read: Read, name: str, shift_id: int
) -> None:
    detected_shift(begin)
    with read() as session, pytest.raises(UserMistake):
        explain(session, name, shift_id, now=datetime.now(UTC))

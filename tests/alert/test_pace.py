"""Each mail domain gets so much mail a minute, from all workers together, and holds up nobody else."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from services.alert.channels.base import Accepted, Outcome, Parcel
from services.alert.delivery import DeliveryPolicy, Width, lane_of
from services.alert.handlers import deliver, find_work, raise_alerts
from services.alert.pace import Pace, Room, share_out
from shared.events import DeliveryDue, Event, ShiftDetected
from shared.tables import Attempt, Delivery
from shared.transaction import transactions
from shared.vocabulary import ChannelKind, DeliveryState
from tests.alert.builders import LEASE, store_shift, subscribe, watch

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PACE = Pace(per_minute=60, burst=5)
SECOND = timedelta(seconds=1)
RESTED = Room(NOW - timedelta(hours=1), NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    ("room", "wanting", "most", "go", "places"),
    [
        pytest.param(RESTED, 3, 9, 3, [], id="after a rest a few go together"),
        pytest.param(RESTED, 7, 9, 5, [1, 2], id="the rest at the pace"),
        pytest.param(RESTED, 7, 2, 2, [1, 2], id="what could go but for the lane gets no place"),
        pytest.param(Room(NOW + 5 * SECOND, NOW), 2, 9, 0, [1, 2], id="after a burst nothing goes"),
        pytest.param(Room(NOW + 4 * SECOND, NOW + 9 * SECOND), 2, 9, 1, [10], id="behind those that wait already"),
        pytest.param(RESTED, 0, 9, 0, [], id="nothing"),
    ],
)
def test_what_may_go(room: Room, wanting: int, most: int, go: int, places: list[int]) -> None:
    share = share_out(room, wanting=wanting, most=most, pace=PACE, now=NOW)
    assert share.go == go
    assert [(at - NOW) / SECOND for at in share.places] == places


def arrange(database: Engine, *, crowd: int, others: int) -> list[Event]:
    rung: list[Event] = []
    begin = transactions(database, rung.append)
    with begin() as tx:
        watch(tx.session)
        for number in range(crowd):
            subscribe(tx.session, f"crowd-{number}", email=f"reader-{number}@big.example")
        for number in range(others):
            subscribe(tx.session, f"other-{number}", email=f"desk@other-{number}.example")
        shift_id = store_shift(tx.session)
        tx.emit(ShiftDetected(shift_id=shift_id))
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=NOW)
    return [event for event in rung if isinstance(event, DeliveryDue)]


def test_a_crowded_domain_keeps_its_pace_and_holds_up_nobody(any_database: Engine) -> None:
    """One domain has 80 readers, and 30 other domains stand behind it in the queue."""
    rung = arrange(any_database, crowd=80, others=30)
    begin = transactions(any_database, lambda _: None)
    policy = DeliveryPolicy(LEASE, width=Width(at_once=4, in_one_lane=2, seconds=30), mail_pace=PACE)
    sent: list[tuple[str, datetime]] = []

    def receive(parcel: Parcel) -> Outcome:
        sent.append((lane_of(ChannelKind.EMAIL, parcel.address), parcel.sent_at))
        return Accepted("OK")

    now = NOW
    for _ in range(2 * 90):
        find_work(begin=begin, publish=rung.append, renudge=timedelta(seconds=60), most=500, now=now)
        for event in rung:
            assert isinstance(event, DeliveryDue)
            deliver(event.delivery_id, begin=begin, channels={ChannelKind.EMAIL: receive}, policy=policy, now=now)
        rung.clear()
        if len(sent) == 110:
            break
        now += SECOND
    with Session(any_database) as session:
        assert Counter(row.state for row in session.exec(select(Delivery))) == {DeliveryState.DELIVERED: 110}
        assert len(session.exec(select(Attempt)).all()) == 110
    crowd = sorted(at for lane, at in sent if lane == "@big.example")
    assert max(at for lane, at in sent if lane != "@big.example") <= NOW + 2 * SECOND
    for start, end in itertools.combinations(range(len(crowd)), 2):
        assert end - start <= (crowd[end] - crowd[start]) / PACE.interval + PACE.burst
    assert crowd[-1] - crowd[0] <= 1.3 * 80 * PACE.interval

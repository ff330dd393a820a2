"""Each mail domain gets so much mail a minute, from all workers together, and holds up nobody else."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


def come(*seconds: float) -> Room:
    """A rested domain to which mails came so many seconds ago."""
    return replace(RESTED, minute=tuple(NOW - second * SECOND for second in seconds))


@pytest.mark.parametrize(
    ("room", "wanting", "go", "places"),
    [
        pytest.param(come(*range(57, 0, -1)), 5, 3, [3, 4], id="what the minute has no room for waits for its end"),
        pytest.param(come(*[59] * 60), 2, 0, [1, 1], id="a full minute"),
        pytest.param(come(*[59] * 60), 6, 0, [1, 1, 1, 1, 1, 1], id="the pace says when those go that come together"),
    ],
)
def test_no_minute_sees_more_than_it_may(room: Room, wanting: int, go: int, places: list[int]) -> None:
    share = share_out(room, wanting=wanting, most=9, pace=PACE, now=NOW)
    assert share.go == go
    assert [(at - NOW) / SECOND for at in share.places] == places


Looks = list[tuple[float, float]]  # how long after the one before, and how long its mails are on their way


@given(
    per_minute=st.integers(1, 90),
    burst=st.integers(1, 20),
    looks=st.lists(st.tuples(st.floats(0.001, 20), st.floats(0, 45)), min_size=1, max_size=150),
)
@settings(max_examples=150, deadline=None)
def test_however_long_mails_are_on_their_way_no_minute_sees_more(per_minute: int, burst: int, looks: Looks) -> None:
    mails, _ = simulate(Pace(per_minute, burst=burst), looks, wanting=200)
    for start, _ in mails:
        assert sum(start <= came < start + 60 for came, _ in mails) <= per_minute


def test_the_pace_is_used_up_where_mail_waits() -> None:
    """Two workers look twice a second; SMTP takes up to half a second."""
    wobble = Random(7)
    looks = [(wobble.uniform(0.1, 0.5), wobble.uniform(0.05, 0.5)) for _ in range(2_000)]
    mails, lasted = simulate(Pace(120, burst=20), looks, wanting=9)
    assert len(mails) >= 0.97 * 120 * lasted / 60


def simulate(pace: Pace, looks: Looks, *, wanting: int) -> tuple[list[tuple[float, float]], float]:
    """Let as many mails wait at each look; return when each came and its sender knew of that, and how long it took."""
    mails: list[tuple[float, float]] = []
    room, clock = RESTED, 0.0
    for pause, journey in looks:
        clock += pause
        now = NOW + timedelta(seconds=clock)
        known = sorted(min(ended, clock) for _, ended in mails if ended > clock - 60)
        room = replace(room, minute=tuple(NOW + timedelta(seconds=at) for at in known))
        share = share_out(room, wanting=wanting, most=wanting, pace=pace, now=now)
        room = share.room
        assert len(share.places) + share.go == wanting
        mails += [(clock + journey * part / wanting, clock + journey) for part in range(share.go)]
    return mails, clock


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
    """One domain has 45 readers, and 30 other domains stand behind it in the queue."""
    pace, step = Pace(per_minute=30, burst=5), 2 * SECOND
    rung = arrange(any_database, crowd=45, others=30)
    begin = transactions(any_database, lambda _: None)
    policy = DeliveryPolicy(LEASE, width=Width(at_once=4, in_one_lane=2, seconds=30), mail_pace=pace)
    sent: list[tuple[str, datetime]] = []

    def receive(parcel: Parcel) -> Outcome:
        sent.append((lane_of(ChannelKind.EMAIL, parcel.address), parcel.sent_at))
        return Accepted("OK")

    now = NOW
    for _ in range(90):
        find_work(begin=begin, publish=rung.append, renudge=timedelta(seconds=60), most=500, now=now)
        for event in rung:
            assert isinstance(event, DeliveryDue)
            deliver(event.delivery_id, begin=begin, channels={ChannelKind.EMAIL: receive}, policy=policy, now=now)
        rung.clear()
        if len(sent) == 75:
            break
        now += step
    with Session(any_database) as session:
        assert Counter(row.state for row in session.exec(select(Delivery))) == {DeliveryState.DELIVERED: 75}
        assert len(session.exec(select(Attempt)).all()) == 75
    crowd = sorted(at for lane, at in sent if lane == "@big.example")
    assert max(at for lane, at in sent if lane != "@big.example") <= NOW + 2 * step
    assert max(sum(start <= at < start + 60 * SECOND for at in crowd) for start in crowd) <= pace.per_minute
    for start, end in itertools.combinations(range(len(crowd)), 2):
        assert end - start <= (crowd[end] - crowd[start]) / pace.interval + pace.burst
    assert crowd[-1] - crowd[0] <= 1.3 * 45 * pace.interval

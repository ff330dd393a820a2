"""R9: an endpoint's bad days, played through by hand over the real handlers and rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import select

from services.alert.channels.base import Accepted, Outcome, Parcel, Postponed
from services.alert.delivery import DeliveryPolicy
from services.alert.handlers import deliver, find_work, raise_alerts
from services.alert.queries import replay_since
from services.alert.receivers import enable_endpoint
from services.alert.schedule import JITTER, WAITS
from shared.events import DeliveryDue, Event
from shared.tables import Delivery, Subscription
from shared.transaction import Begin, Read
from shared.vocabulary import ChannelKind, DeliveryState, Frequency, News
from tests.alert.builders import LEASE, detected_shift
from tests.alert.world import HOOK, World

POLICY = DeliveryPolicy(LEASE)
SWEEP = timedelta(seconds=5)


@dataclass
class Endpoint:
    """Fails until `well_at`, then accepts; keeps the time of every call."""

    well_at: datetime
    called_at: list[datetime] = field(default_factory=list)
    accepted: list[Parcel] = field(default_factory=list)

    def __call__(self, parcel: Parcel) -> Outcome:
        self.called_at.append(parcel.sent_at)
        if parcel.sent_at < self.well_at:
            return Postponed("HTTP 503")
        self.accepted.append(parcel)
        return Accepted("HTTP 200")


def live_through(begin: Begin, read: Read, endpoint: Endpoint, *, start: datetime, days: float) -> None:
    """Let the sweep and the worker run over `days`, jumping from one due time to the next."""
    now, end = start, start + timedelta(days=days)
    while now < end:
        rung: list[Event] = []
        find_work(begin=begin, publish=rung.append, renudge=timedelta(seconds=60), most=100, now=now)
        for event in rung:
            assert isinstance(event, DeliveryDue)
            deliver(event.delivery_id, begin=begin, channels={ChannelKind.EMAIL: endpoint}, policy=POLICY, now=now)
        with read() as session:
            due = session.exec(select(Delivery.next_attempt_at)).all()
        waiting = [moment for moment in due if moment is not None]
        if not waiting:
            return
        now = max(min(waiting), now + SWEEP)


def test_whoever_is_well_again_within_74_hours_gets_it_once(begin: Begin, read: Read) -> None:
    start = datetime.now(UTC)
    raise_alerts(detected_shift(begin), begin=begin, lease=LEASE, now=start)
    endpoint = Endpoint(well_at=start + timedelta(hours=74))
    live_through(begin, read, endpoint, start=start + timedelta(seconds=61), days=6)
    assert len(endpoint.accepted) == 1
    waits = [after - before for before, after in zip(endpoint.called_at, endpoint.called_at[1:], strict=False)]
    for wait, planned in zip(waits, WAITS, strict=True):
        assert planned <= wait <= planned * (1 + JITTER) + SWEEP + timedelta(seconds=1)


def test_whoever_stays_down_is_tried_ten_times_and_the_row_says_so(begin: Begin, read: Read) -> None:
    start = datetime.now(UTC)
    raise_alerts(detected_shift(begin), begin=begin, lease=LEASE, now=start)
    endpoint = Endpoint(well_at=start + timedelta(days=365))
    live_through(begin, read, endpoint, start=start + timedelta(seconds=61), days=30)
    with read() as session:
        row = session.exec(select(Delivery)).one()
    assert (row.state, row.attempts, row.reason) == (DeliveryState.DEAD, 10, "no attempt left: HTTP 503")
    assert len(endpoint.called_at) == 10


def test_five_days_of_only_failures_switch_a_webhook_off_and_a_replay_delivers_all(world: World) -> None:
    """One shift an hour over 121 hours; the owner is told once, by mail; after mending, everything that was missed."""
    world.subscribe(**(HOOK | {"email": "desk@paper.example"}), frequency=Frequency.WEEKLY)
    down = True

    def answer(parcel: Parcel) -> Outcome:
        return Postponed("HTTP 503") if down and parcel.address.startswith("https") else Accepted("OK")

    world.answer = answer
    start = world.now
    for hour in range(122):
        if hour % 24 == 0:
            world.detect(hour)
        world.run(later=timedelta(hours=1))
    told = [one for one in world.parcels if one.message.news is News.ENDPOINT_DISABLED]
    assert len(told) == 1
    assert timedelta(hours=120) <= told[0].sent_at - start
    calls = [one for one in world.parcels if one.address.startswith("https")]
    assert max(one.sent_at for one in calls) - start <= timedelta(hours=122)

    down = False
    world.parcels.clear()
    with world.begin() as tx:
        row = tx.session.exec(select(Subscription)).one()
        assert row.id is not None
        enable_endpoint(tx.session, row.id, HOOK["webhook"])
        missed = replay_since(tx.session, row.id, since=start - timedelta(hours=1), now=world.now)
    world.run()
    arrived = [one.key for one in world.parcels if one.address.startswith("https")]
    assert len(arrived) == len(set(arrived)) == 6 >= len(missed) > 0

"""R9: an endpoint's bad days, played through by hand over the real handlers and rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import select

from services.alert.channels.base import Accepted, Outcome, Parcel, Postponed
from services.alert.delivery import DeliveryPolicy
from services.alert.handlers import deliver, find_work, raise_alerts
from services.alert.schedule import JITTER, WAITS
from shared.events import DeliveryDue, Event
from shared.tables import Delivery
from shared.transaction import Begin, Read
from shared.vocabulary import ChannelKind, DeliveryState
from tests.alert.builders import LEASE, detected_shift

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

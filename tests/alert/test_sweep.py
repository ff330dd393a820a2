"""What waits is rung for again, in time and not too often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from services.alert.channels.base import Outcome, Parcel, Postponed
from services.alert.delivery import DeliveryPolicy
from services.alert.handlers import deliver, find_work, raise_alerts
from shared.events import DeliveryDue, Event
from shared.tables import Delivery
from shared.transaction import Begin, Read
from shared.vocabulary import ChannelKind
from tests.alert.builders import LEASE, detected_shift


def test_the_sweep_rings_again_for_what_waits_and_not_too_often(begin: Begin, published: list[Event]) -> None:
    shift_id = detected_shift(begin)
    now = datetime.now(UTC)
    rung: list[Event] = []

    def sweep(after: float) -> list[Event]:
        rung.clear()
        moment = now + timedelta(seconds=after)
        find_work(begin=begin, publish=rung.append, renudge=timedelta(seconds=60), most=100, now=moment)
        return list(rung)

    assert sweep(after=1) == []
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=now)
    assert sweep(after=10) == []
    assert sweep(after=61) == [DeliveryDue(delivery_id=1)]
    assert sweep(after=70) == []
    assert sweep(after=122) == [DeliveryDue(delivery_id=1)]


def test_a_retry_is_rung_for_as_soon_as_its_time_comes(begin: Begin, read: Read) -> None:
    now = datetime.now(UTC)
    raise_alerts(detected_shift(begin), begin=begin, lease=LEASE, now=now)

    def refuse(parcel: Parcel) -> Outcome:
        return Postponed("HTTP 500")

    deliver(1, begin=begin, channels={ChannelKind.EMAIL: refuse}, policy=DeliveryPolicy(LEASE), now=now)
    with read() as session:
        due_at = session.exec(select(Delivery.next_attempt_at)).one()
    assert due_at is not None
    rung: list[Event] = []
    for moment in (due_at - timedelta(seconds=1), due_at):
        find_work(begin=begin, publish=rung.append, renudge=timedelta(seconds=60), most=100, now=moment)
    assert rung == [DeliveryDue(delivery_id=1)]

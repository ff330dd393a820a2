from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from services.alert.channels.base import Accepted, Channels, Outcome, Parcel, Postponed
from services.alert.channels.recording import recording_channel
from services.alert.delivery import DeliveryPolicy, WhenInDoubt
from services.alert.handlers import deliver, raise_alerts
from shared.events import DeliveryDue, Event, ShiftDetected
from shared.leases import LeasePolicy
from shared.tables import Alert, Attempt, Delivery, Handoff, Shift, Subscription
from shared.transaction import Begin, Read
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, ShiftKind, ShiftStatus
from tests.alert.builders import LEASE, SECRET, detected_shift, subscribe

POLICY = DeliveryPolicy(LEASE)
NO_LEASE = DeliveryPolicy(LeasePolicy(seconds=-1, most_attempts=3))  # a lease that is over when it begins
BOTH = {"webhook": "https://paper.example/hook", "webhook_secret": SECRET}


@dataclass
class Receiver:
    """Answers one after the other, then accepts."""

    answers: list[Outcome] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)

    def __call__(self, parcel: Parcel) -> Outcome:
        self.parcels.append(parcel)
        return self.answers.pop(0) if self.answers else Accepted("OK")


class Died(BaseException):
    """The worker's end, which no handler may catch."""


def to(receiver: Receiver) -> Channels:
    return dict.fromkeys(ChannelKind, receiver)


def raised(begin: Begin, **subscription: object) -> int:
    shift_id = detected_shift(begin, **subscription)
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    return shift_id


def only_delivery(read: Read) -> Delivery:
    with read() as session:
        return session.exec(select(Delivery)).one()


def attempts(read: Read) -> list[AttemptOutcome]:
    with read() as session:
        return [row.outcome for row in session.exec(select(Attempt).order_by("number"))]


def test_an_alert_has_one_delivery_for_each_channel(begin: Begin, read: Read, published: list[Event]) -> None:
    raised(begin, **BOTH)
    with read() as session:
        deliveries = session.exec(select(Delivery).order_by("id")).all()
        assert len(session.exec(select(Alert)).all()) == 1
        assert session.exec(select(Handoff)).all() == []
    assert [(row.channel, row.address) for row in deliveries] == [
        (ChannelKind.EMAIL, "desk@paper.example"),
        (ChannelKind.WEBHOOK, "https://paper.example/hook"),
    ]
    assert len({row.key for row in deliveries}) == 2
    assert published[1:] == [DeliveryDue(delivery_id=row.id) for row in deliveries if row.id]


def test_only_those_who_asked_are_alerted(begin: Begin, read: Read) -> None:
    with begin() as tx:
        subscribe(tx.session, "elsewhere", issues=["something-else"])
        subscribe(tx.session, "other-kind", kinds=[ShiftKind.REVERSAL])
        subscribe(tx.session, "left", retired_at=datetime.now(UTC))
    raised(begin)
    with read() as session:
        names = session.exec(select(Subscription.name).join(Alert)).all()
    assert names == ["desk"]


def test_raising_twice_raises_nothing_twice(begin: Begin, read: Read, published: list[Event]) -> None:
    shift_id = raised(begin, **BOTH)
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    with begin() as tx:
        tx.emit(ShiftDetected(shift_id=shift_id))  # a repeated detection leaves the handoff anew
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    with read() as session:
        assert len(session.exec(select(Alert)).all()) == 1
        assert len(session.exec(select(Delivery)).all()) == 2
    assert len([event for event in published if isinstance(event, DeliveryDue)]) == 2


def test_a_late_subscriber_hears_of_a_repeated_detection_alone(begin: Begin, published: list[Event]) -> None:
    shift_id = raised(begin)
    with begin() as tx:
        subscribe(tx.session, "late")
        tx.emit(ShiftDetected(shift_id=shift_id))
    published.clear()
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    assert published == [DeliveryDue(delivery_id=2)]


def test_a_delivery_is_sent_once_however_often_it_is_nudged(begin: Begin, read: Read) -> None:
    raised(begin)
    kept: list[Parcel] = []
    channels = {ChannelKind.EMAIL: recording_channel(kept)}
    for _ in range(3):
        deliver(1, begin=begin, channels=channels, policy=POLICY, now=datetime.now(UTC))
    assert [parcel.address for parcel in kept] == ["desk@paper.example"]
    assert only_delivery(read).state is DeliveryState.DELIVERED
    assert attempts(read) == [AttemptOutcome.ACCEPTED]


def test_the_parcel_carries_key_and_secret_to_webhooks_alone(begin: Begin, read: Read) -> None:
    raised(begin, **BOTH)
    receiver = Receiver()
    for delivery_id in (1, 2):
        deliver(delivery_id, begin=begin, channels=to(receiver), policy=POLICY, now=datetime.now(UTC))
    assert [parcel.secrets for parcel in receiver.parcels] == [(), (SECRET,)]
    with read() as session:
        keys = [row.key for row in session.exec(select(Delivery).order_by("id"))]
    assert [parcel.key for parcel in receiver.parcels] == keys


def test_a_failed_try_waits_for_its_time_and_keeps_its_key(begin: Begin, read: Read) -> None:
    raised(begin)
    receiver, now = Receiver([Postponed("HTTP 500")]), datetime.now(UTC)
    deliver(1, begin=begin, channels=to(receiver), policy=POLICY, now=now)
    waiting = only_delivery(read)
    assert waiting.state is DeliveryState.RETRY
    assert waiting.reason == "HTTP 500"
    assert waiting.next_attempt_at is not None

    deliver(1, begin=begin, channels=to(receiver), policy=POLICY, now=now + timedelta(seconds=1))
    assert len(receiver.parcels) == 1

    deliver(1, begin=begin, channels=to(receiver), policy=POLICY, now=waiting.next_attempt_at)
    assert only_delivery(read).state is DeliveryState.DELIVERED
    assert len({parcel.key for parcel in receiver.parcels}) == 1
    assert attempts(read) == [AttemptOutcome.POSTPONED, AttemptOutcome.ACCEPTED]


def test_the_try_is_on_record_before_the_first_byte_leaves(begin: Begin, read: Read) -> None:
    raised(begin)
    seen: list[object] = []

    def look(parcel: Parcel) -> Outcome:
        seen.append((only_delivery(read).state, attempts(read)))
        return Accepted("OK")

    deliver(1, begin=begin, channels={ChannelKind.EMAIL: look}, policy=POLICY, now=datetime.now(UTC))
    assert seen == [(DeliveryState.SENDING, [AttemptOutcome.STARTED])]


@pytest.mark.parametrize(
    ("when_in_doubt", "copies", "state"),
    [
        pytest.param(WhenInDoubt.RESEND, 2, DeliveryState.DELIVERED, id="a second copy with the same key"),
        pytest.param(WhenInDoubt.HOLD, 1, DeliveryState.UNKNOWN, id="held for a person"),
    ],
)
def test_a_worker_that_died_while_sending_leaves_a_delivery_in_doubt(
    begin: Begin, read: Read, when_in_doubt: WhenInDoubt, copies: int, state: DeliveryState
) -> None:
    raised(begin)
    policy = DeliveryPolicy(NO_LEASE.lease, when_in_doubt=when_in_doubt)
    receiver = Receiver()

    def take_and_die(parcel: Parcel) -> Outcome:
        receiver(parcel)
        raise Died

    with pytest.raises(Died):
        deliver(1, begin=begin, channels={ChannelKind.EMAIL: take_and_die}, policy=policy, now=datetime.now(UTC))
    deliver(1, begin=begin, channels=to(receiver), policy=policy, now=datetime.now(UTC))
    assert len(receiver.parcels) == copies
    assert len({parcel.key for parcel in receiver.parcels}) == 1
    assert only_delivery(read).state is state
    assert attempts(read)[0] is AttemptOutcome.INTERRUPTED


def test_nobody_else_sends_while_the_lease_runs(begin: Begin, read: Read) -> None:
    raised(begin)
    second = Receiver()

    def slow(parcel: Parcel) -> Outcome:
        deliver(1, begin=begin, channels=to(second), policy=POLICY, now=datetime.now(UTC))
        return Accepted("OK")

    deliver(1, begin=begin, channels={ChannelKind.EMAIL: slow}, policy=POLICY, now=datetime.now(UTC))
    assert second.parcels == []
    assert attempts(read) == [AttemptOutcome.ACCEPTED]


def test_who_lost_the_lease_saves_nothing(begin: Begin, read: Read) -> None:
    raised(begin)
    second = Receiver([Postponed("busy")])

    def too_slow(parcel: Parcel) -> Outcome:
        deliver(1, begin=begin, channels=to(second), policy=POLICY, now=datetime.now(UTC))
        return Accepted("OK")

    deliver(1, begin=begin, channels={ChannelKind.EMAIL: too_slow}, policy=NO_LEASE, now=datetime.now(UTC))
    assert only_delivery(read).state is DeliveryState.RETRY
    assert attempts(read) == [AttemptOutcome.INTERRUPTED, AttemptOutcome.POSTPONED]


@pytest.mark.parametrize("ending", ["unsubscribed", "disproved"])
def test_what_nobody_wants_any_more_is_not_sent(begin: Begin, read: Read, ending: str) -> None:
    raised(begin)
    with begin() as tx:
        if ending == "unsubscribed":
            tx.session.exec(select(Subscription)).one().retired_at = datetime.now(UTC)
        else:
            tx.session.exec(select(Shift)).one().status = ShiftStatus.SUPERSEDED
    receiver = Receiver()
    deliver(1, begin=begin, channels=to(receiver), policy=POLICY, now=datetime.now(UTC))
    assert receiver.parcels == []
    assert only_delivery(read).state is DeliveryState.DEAD

"""R10: receivers that are slow hold up themselves, and nobody else."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from services.alert.channels.base import Accepted, Outcome, Parcel
from services.alert.delivery import DeliveryPolicy, Width, lane_of
from services.alert.handlers import deliver, raise_alerts
from shared.events import ShiftDetected
from shared.tables import Attempt, Delivery
from shared.transaction import Begin, Read
from shared.vocabulary import ChannelKind, DeliveryState
from tests.alert.builders import LEASE, REPORT, SECRET, store_shift, subscribe, watch

SLOW, FAST = 3, 120
EACH_SLOW = 4
WIDTH = Width(at_once=8, in_one_lane=2, seconds=60)


class Receivers:
    """Slow ones answer only after every fast one has; the most that were at one address at once are counted."""

    def __init__(self) -> None:
        self.all_fast_served = threading.Event()
        self.waited_in_vain = False
        self.arrived: Counter[str] = Counter()
        self.there: Counter[str] = Counter()
        self.most_at_one = 0
        self.lock = threading.Lock()

    def __call__(self, parcel: Parcel) -> Outcome:
        with self.lock:
            self.there[parcel.address] += 1
            self.most_at_one = max(self.most_at_one, *self.there.values())
        if "slow" in parcel.address and not self.all_fast_served.wait(30):
            self.waited_in_vain = True
        with self.lock:
            self.there[parcel.address] -= 1
            self.arrived["slow" if "slow" in parcel.address else "fast"] += 1
            if self.arrived["fast"] == FAST:
                self.all_fast_served.set()
        return Accepted("OK")


@pytest.fixture
def many_deliveries(begin: Begin) -> None:
    with begin() as tx:
        watch(tx.session)
        urls = [f"https://slow.example/{number % SLOW}" for number in range(SLOW * EACH_SLOW)]
        urls += [f"https://fast.example/{number}" for number in range(FAST)]
        for number, url in enumerate(urls):
            subscribe(tx.session, f"desk-{number}", email=None, webhook=url, webhook_secret=SECRET)
        shift_id = store_shift(tx.session, replace(REPORT))
        tx.emit(ShiftDetected(shift_id=shift_id))
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))


@pytest.mark.usefixtures("many_deliveries")
def test_all_fast_receivers_are_served_while_the_slow_ones_are_still_at_it(begin: Begin, read: Read) -> None:
    receivers = Receivers()
    policy = DeliveryPolicy(LEASE, width=WIDTH)
    channels = {ChannelKind.WEBHOOK: receivers}
    deliver(1, begin=begin, channels=channels, policy=policy, now=datetime.now(UTC))
    assert not receivers.waited_in_vain
    assert receivers.arrived == {"slow": SLOW * EACH_SLOW, "fast": FAST}
    assert receivers.most_at_one <= WIDTH.in_one_lane
    with read() as session:
        assert {row.state for row in session.exec(select(Delivery))} == {DeliveryState.DELIVERED}
        assert len(session.exec(select(Attempt)).all()) == SLOW * EACH_SLOW + FAST


def test_one_mail_domain_gets_no_more_at_once_than_its_lane_holds(begin: Begin, read: Read) -> None:
    with begin() as tx:
        watch(tx.session)
        for number in range(20):
            subscribe(tx.session, f"desk-{number}", email=f"desk-{number}@Big.example")
        subscribe(tx.session, "other", email="desk@other.example")
        shift_id = store_shift(tx.session, replace(REPORT))
        tx.emit(ShiftDetected(shift_id=shift_id))
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    there: Counter[str] = Counter()
    most: Counter[str] = Counter()
    lock = threading.Lock()

    def receive(parcel: Parcel) -> Outcome:
        lane = lane_of(ChannelKind.EMAIL, parcel.address)
        with lock:
            there[lane] += 1
            most[lane] = max(most[lane], there[lane])
        threading.Event().wait(0.01)
        with lock:
            there[lane] -= 1
        return Accepted("OK")

    policy = DeliveryPolicy(LEASE, width=WIDTH)
    deliver(1, begin=begin, channels={ChannelKind.EMAIL: receive}, policy=policy, now=datetime.now(UTC))
    assert most["@big.example"] <= WIDTH.in_one_lane
    with read() as session:
        assert {row.state for row in session.exec(select(Delivery))} == {DeliveryState.DELIVERED}


def test_a_bug_with_one_receiver_costs_no_other_its_outcome(begin: Begin, read: Read) -> None:
    with begin() as tx:
        watch(tx.session)
        for number in range(10):
            hook = f"https://{number}.example/"
            subscribe(tx.session, f"desk-{number}", email=None, webhook=hook, webhook_secret=SECRET)
        shift_id = store_shift(tx.session, replace(REPORT))
        tx.emit(ShiftDetected(shift_id=shift_id))
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))

    def receive(parcel: Parcel) -> Outcome:
        if parcel.address == "https://3.example/":
            raise ZeroDivisionError("a bug")
        return Accepted("OK")

    policy = DeliveryPolicy(LEASE, width=WIDTH)
    with pytest.raises(ZeroDivisionError):
        deliver(1, begin=begin, channels={ChannelKind.WEBHOOK: receive}, policy=policy, now=datetime.now(UTC))
    with read() as session:
        unsaved = [row.address for row in session.exec(select(Delivery)) if row.state is DeliveryState.SENDING]
    assert unsaved == ["https://3.example/"]


@pytest.mark.parametrize(
    ("channel", "address", "lane"),
    [
        pytest.param(ChannelKind.EMAIL, "desk@Paper.example", "@paper.example", id="a mailbox shares its domain's"),
        pytest.param(
            ChannelKind.WEBHOOK, "https://a.example/@desk", "https://a.example/@desk", id="a webhook has its own"
        ),
    ],
)
def test_whose_patience_an_address_tries(channel: ChannelKind, address: str, lane: str) -> None:
    assert lane_of(channel, address) == lane


def test_a_chat_s_lane_does_not_tell_its_key() -> None:
    lane = lane_of(ChannelKind.CHAT, "slack://token/room")
    assert lane.startswith("slack://")
    assert "token" not in lane


@pytest.mark.usefixtures("many_deliveries")
def test_without_width_only_what_was_rung_for_is_sent(begin: Begin, read: Read) -> None:
    receivers = Receivers()
    receivers.all_fast_served.set()
    channels = {ChannelKind.WEBHOOK: receivers}
    deliver(1, begin=begin, channels=channels, policy=DeliveryPolicy(LEASE), now=datetime.now(UTC))
    assert receivers.arrived.total() == 1

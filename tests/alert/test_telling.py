"""How people are told over time: digests, caps, corrections, and receivers that take nothing more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from services.alert.channels.base import Accepted, Gone, Outcome, Parcel, Postponed, Rejected
from services.alert.delivery import DeliveryPolicy
from services.alert.handlers import deliver, find_work, raise_alerts
from services.alert.queries import replay_since
from services.alert.receivers import enable_endpoint
from shared.events import DeliveryDue, Event, ShiftDetected
from shared.tables import Alert, Consent, Delivery, Shift, Subscription
from shared.transaction import Begin, Read, reads, transactions
from shared.vocabulary import ChannelKind, DeliveryState, Frequency, News, ShiftStatus
from tests.alert.builders import LEASE, REPORT, SECRET, store_shift, subscribe, watch

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = DeliveryPolicy(LEASE)
HOOK: dict[str, Any] = {"email": None, "webhook": "https://paper.example/hook", "webhook_secret": SECRET}


@dataclass
class World:
    """The alert service over real rows, with a clock that a test moves."""

    begin: Begin
    read: Read
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    answer: Callable[[Parcel], Outcome] = lambda _: Accepted("OK")
    parcels: list[Parcel] = field(default_factory=list)

    def subscribe(self, name: str = "desk", **wishes: Any) -> None:
        with self.begin() as tx:
            subscribe(tx.session, name, **wishes)

    def detect(self, number: int = 1, *, days: float = 0) -> int:
        """Detect the shift of the builders again, shown by other articles."""
        before = replace(REPORT.before, url=f"https://a.example/{number}")
        after = replace(REPORT.after, url=f"https://b.example/{number}")
        report = replace(REPORT, before=before, after=after, at=REPORT.at + days * DAY)
        with self.begin() as tx:
            shift_id = store_shift(tx.session, report)
            tx.emit(ShiftDetected(shift_id=shift_id))
        self.run()
        return shift_id

    def disprove(self, shift_id: int) -> None:
        with self.begin() as tx:
            tx.session.get_one(Shift, shift_id).status = ShiftStatus.SUPERSEDED

    def run(self, *, later: timedelta = timedelta()) -> None:
        """Let time pass, then sweep and work until nothing is rung for."""
        self.now += later
        for _ in range(4):
            rung: list[Event] = []
            find_work(begin=self.begin, publish=rung.append, renudge=timedelta(0), most=100, now=self.now)
            for event in rung:
                match event:
                    case ShiftDetected(shift_id=shift_id):
                        raise_alerts(shift_id, begin=self.begin, lease=LEASE, now=self.now)
                    case DeliveryDue(delivery_id=delivery_id):
                        self._deliver(delivery_id)

    def _deliver(self, delivery_id: int) -> None:
        def channel(parcel: Parcel) -> Outcome:
            self.parcels.append(parcel)
            return self.answer(parcel)

        channels = dict.fromkeys(ChannelKind, channel)
        deliver(delivery_id, begin=self.begin, channels=channels, policy=POLICY, now=self.now)

    @property
    def told(self) -> list[tuple[str, News, int]]:
        return [(one.message.occasion.subscription, one.message.news, 1 + len(one.more)) for one in self.parcels]

    @property
    def states(self) -> list[DeliveryState]:
        with self.read() as session:
            return [row.state for row in session.exec(select(Delivery).order_by("id"))]


@pytest.fixture
def world(any_database: Engine) -> World:
    begin = transactions(any_database, lambda _: None)
    with begin() as tx:
        watch(tx.session)
    return World(begin, reads(any_database))


def test_a_digest_tells_at_its_hour_of_all_that_came_together(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    for number in range(3):
        world.detect(number)
    assert world.told == []
    world.run(later=DAY)
    assert world.told == [("desk", News.DETECTED, 3)]
    assert world.states == [DeliveryState.DELIVERED] * 3
    world.run(later=DAY)
    assert len(world.parcels) == 1


def test_a_digest_that_fails_is_tried_again_as_a_whole(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    world.detect(1)
    world.detect(2)
    world.answer = lambda _: Postponed("SMTP 451")
    world.run(later=DAY)
    assert world.states == [DeliveryState.RETRY, DeliveryState.PENDING]
    world.answer = lambda _: Accepted("OK")
    world.run(later=HOUR)
    assert world.states == [DeliveryState.DELIVERED] * 2
    assert len({parcel.key for parcel in world.parcels}) == 1


def test_what_is_disproved_before_the_digest_is_left_out(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    first, second, third = (world.detect(number) for number in range(3))
    world.disprove(first)
    world.disprove(third)
    world.run(later=DAY)
    assert [one.message.report.shift_id for one in world.parcels] == [second]
    assert world.told == [("desk", News.DETECTED, 1)]
    assert world.states == [DeliveryState.DEAD, DeliveryState.DELIVERED, DeliveryState.DEAD]


def test_beyond_the_cap_comes_one_summary(world: World) -> None:
    world.subscribe(most_per_hour=2)
    for number in range(5):
        world.detect(number)
    assert world.told == [("desk", News.DETECTED, 1)] * 2
    world.run(later=HOUR)
    assert world.told[2:] == [("desk", News.DETECTED, 3)]


def test_programs_get_every_call_at_once(world: World) -> None:
    world.subscribe(frequency=Frequency.WEEKLY, most_per_hour=1, quiet_from=0, quiet_until=23, **HOOK)
    world.detect(1)
    world.detect(2)
    assert world.told == [("desk", News.DETECTED, 1)] * 2


def test_a_disproved_alert_is_withdrawn_once_from_those_who_had_it(world: World) -> None:
    world.subscribe("desk")
    world.answer = lambda parcel: Rejected("SMTP 554") if "wire" in parcel.address else Accepted("OK")
    world.subscribe("wire")
    shift_id = world.detect()
    world.parcels.clear()
    world.disprove(shift_id)
    world.run()
    assert world.told == [("desk", News.WITHDRAWN, 1)]
    world.run(later=DAY)
    assert len(world.parcels) == 1


def test_a_turn_that_later_articles_show_otherwise_is_corrected_and_not_told_anew(world: World) -> None:
    world.subscribe("desk")
    first = world.detect(1, days=10)
    world.parcels.clear()
    world.subscribe("new")
    world.disprove(first)
    second = world.detect(2, days=8)
    assert sorted(world.told) == [("desk", News.CORRECTED, 1), ("new", News.DETECTED, 1)]
    (correction,) = (one.message for one in world.parcels if one.message.news is News.CORRECTED)
    assert correction.report.shift_id == second
    assert correction.disproved is not None
    assert correction.disproved.shift_id == first


def test_who_was_told_of_the_other_turn_before_gets_a_withdrawal(world: World) -> None:
    world.subscribe("desk")
    world.detect(1, days=8)
    second = world.detect(2, days=10)
    world.parcels.clear()
    world.disprove(second)
    world.run()
    world.run(later=HOUR)
    assert world.told == [("desk", News.WITHDRAWN, 1)]


def test_an_endpoint_that_is_gone_is_called_no_more_and_its_owner_told_once(world: World) -> None:
    world.subscribe(**(HOOK | {"email": "desk@paper.example"}))
    world.answer = lambda parcel: Gone("HTTP 410") if parcel.address.startswith("https") else Accepted("OK")
    world.detect(1)
    world.now += timedelta(seconds=1)
    world.detect(2)
    mails = [one.message for one in world.parcels if "@" in one.address]
    calls = [one for one in world.parcels if "@" not in one.address]
    assert len(calls) == 1
    assert [mail.news for mail in mails].count(News.ENDPOINT_DISABLED) == 1
    assert any("410 Gone" in mail.notice for mail in mails)


def test_what_an_endpoint_missed_in_bad_days_can_be_replayed(world: World) -> None:
    """R9: failing for 121 hours switches it off; what was missed arrives after a replay."""
    start = world.now
    world.subscribe(**HOOK)
    world.answer = lambda _: Postponed("HTTP 503")
    for number in range(6):
        world.detect(number)
        for _ in range(5):
            world.run(later=timedelta(hours=5))
    world.detect(7)
    assert set(world.states) <= {DeliveryState.DEAD, DeliveryState.RETRY}
    calls = len(world.parcels)
    world.detect(8)
    assert len(world.parcels) == calls

    world.answer = lambda _: Accepted("OK")
    world.run(later=timedelta(days=10))
    with world.begin() as tx:
        (row,) = tx.session.exec(select(Subscription))
        assert row.id is not None
        enable_endpoint(tx.session, row.id, row.webhook or "")
        for delivery_id in replay_since(tx.session, row.id, since=start, now=world.now):
            tx.emit(DeliveryDue(delivery_id=delivery_id))
    world.run()
    assert set(world.states) == {DeliveryState.DELIVERED}


def test_a_mailbox_that_does_not_exist_is_written_to_once(world: World) -> None:
    world.subscribe()
    world.answer = lambda _: Rejected("SMTP 550: 5.1.1 nobody", no_such_mailbox=True)
    world.detect(1)
    world.detect(2)
    assert len(world.parcels) == 1
    assert world.states == [DeliveryState.DEAD] * 2


def test_nothing_is_mailed_before_the_address_agreed(world: World) -> None:
    world.subscribe()
    with world.begin() as tx:
        (row,) = tx.session.exec(select(Subscription))
        assert row.id is not None
        consent = Consent(subscription_id=row.id, address="desk@paper.example", token_hash="x", asked_at=world.now)
        tx.session.add(consent)
    world.detect(1)
    assert world.parcels == []
    with world.begin() as tx:
        tx.session.exec(select(Consent)).one().confirmed_at = world.now
    world.detect(2)
    assert world.told == [("desk", News.DETECTED, 1)]


def test_mail_that_waits_is_not_sent_after_its_reader_left(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    world.detect()
    with world.begin() as tx:
        (row,) = tx.session.exec(select(Subscription))
        assert row.id is not None
        left = Consent(subscription_id=row.id, address="desk@paper.example", token_hash="x", asked_at=world.now)
        tx.session.add(left)
    world.run(later=DAY)
    assert world.parcels == []
    assert world.states == [DeliveryState.DEAD]


def test_an_old_secret_signs_until_its_time_is_over(world: World) -> None:
    world.subscribe(**HOOK, previous_secret="whsec_b2xk", previous_secret_until=world.now + DAY)
    world.detect(1)
    world.now += DAY
    world.detect(2)
    assert [one.secrets for one in world.parcels] == [(SECRET, "whsec_b2xk"), (SECRET,)]


def test_a_zone_that_nobody_knows_silences_nobody(world: World) -> None:
    world.subscribe("desk", timezone="Mars/Olympus", frequency=Frequency.HOURLY)
    world.subscribe("wire")
    world.detect()
    assert world.told == [("wire", News.DETECTED, 1)]
    with world.read() as session:
        assert len(session.exec(select(Alert)).all()) == 2

"""Receivers that take nothing more: endpoints that fail, mailboxes that bounce, readers who left."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from services.alert.channels.base import Accepted, Gone, Postponed, Rejected
from services.alert.queries import replay_since
from services.alert.receivers import enable_endpoint
from shared.events import DeliveryDue
from shared.tables import Alert, Consent, Subscription
from shared.vocabulary import DeliveryState, Frequency, News
from tests.alert.builders import SECRET
from tests.alert.world import DAY, HOOK, World


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
        tx.session.exec(select(Consent)).one().confirmed_at = None
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
        tx.session.exec(select(Consent)).one().confirmed_at = None
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

"""Two workers are killed before and after the bytes leave; nothing is lost, and copies keep their id."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from services.alert.channels.base import Channel, Outcome, Parcel
from services.alert.channels.webhook import webhook_channel
from services.alert.delivery import DeliveryPolicy, Width
from services.alert.handlers import deliver, find_work, raise_alerts
from shared.database import create_database
from shared.egress import Door, Rules
from shared.events import DeliveryDue, Event, ShiftDetected
from shared.leases import LeasePolicy
from shared.tables import Attempt, Delivery
from shared.transaction import transactions
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState
from tests.alert.builders import REPORT, SECRET, store_shift, subscribe, watch
from tests.alert.sinks import Endpoint, web_server

COUNT = 24
SHORT = LeasePolicy(seconds=1, most_attempts=3)
POLICY = DeliveryPolicy(SHORT, width=Width(at_once=2, in_one_lane=2, seconds=5))
PATIENCE_SECONDS = 80


def deadly(channel: Channel, chance: random.Random) -> Channel:
    """Wrap a channel so that one call in eight is this process's last."""

    def carry(parcel: Parcel) -> Outcome:
        if chance.random() < 1 / 16:
            os.kill(os.getpid(), signal.SIGKILL)
        outcome = channel(parcel)
        if chance.random() < 1 / 16:
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    return carry


def work(database_url: str, seed: int) -> None:
    """Sweep and deliver until killed."""
    begin = transactions(create_database(database_url), lambda _: None)
    door = Door(Rules(networks=(ip_network("127.0.0.0/8"),)))
    channel = deadly(webhook_channel(door.send, user_agent="test"), random.Random(seed))
    while True:
        rung: list[Event] = []
        find_work(begin=begin, publish=rung.append, renudge=timedelta(0), most=10, now=datetime.now(UTC))
        for event in rung:
            assert isinstance(event, DeliveryDue)
            channels = {ChannelKind.WEBHOOK: channel}
            deliver(event.delivery_id, begin=begin, channels=channels, policy=POLICY, now=datetime.now(UTC))
        time.sleep(0.1)


def arrange(database: Engine, hook: str) -> None:
    begin = transactions(database, lambda _: None)
    with begin() as tx:
        watch(tx.session)
        for number in range(COUNT):
            subscribe(tx.session, f"desk-{number}", email=None, webhook=f"{hook}/{number}", webhook_secret=SECRET)
        shift_id = store_shift(tx.session, replace(REPORT))
        tx.emit(ShiftDetected(shift_id=shift_id))
    raise_alerts(shift_id, begin=begin, lease=SHORT, now=datetime.now(UTC))


def states(database: Engine) -> Counter[DeliveryState]:
    with Session(database) as session:
        return Counter(row.state for row in session.exec(select(Delivery)))


@pytest.mark.slow
def test_killed_workers_lose_nothing_and_every_second_copy_is_on_record(database: Engine) -> None:
    endpoint = Endpoint()
    url = database.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    with web_server(endpoint) as hook:
        arrange(database, hook)
        workers = [spawn.Process(target=work, args=(url, seed), daemon=True) for seed in range(2)]
        for worker in workers:
            worker.start()
        deaths, ends_at = 0, time.monotonic() + PATIENCE_SECONDS
        while states(database)[DeliveryState.DELIVERED] < COUNT and time.monotonic() < ends_at:
            for number, worker in enumerate(workers):
                if not worker.is_alive():
                    deaths += 1
                    workers[number] = spawn.Process(target=work, args=(url, deaths + 2), daemon=True)
                    workers[number].start()
            time.sleep(0.2)
        for worker in workers:
            worker.kill()
            worker.join()

    assert states(database) == {DeliveryState.DELIVERED: COUNT}
    assert deaths > 0
    arrived = Counter(arrival.headers["webhook-id"] for arrival in endpoint.arrivals)
    with Session(database) as session:
        keys = {row.id: row.key for row in session.exec(select(Delivery))}
        tries = session.exec(select(Attempt)).all()
    broken = Counter(keys[one.delivery_id] for one in tries if one.outcome is not AttemptOutcome.ACCEPTED)
    assert set(arrived) == set(keys.values())
    assert all(arrived[key] - 1 <= broken[key] for key in arrived)
    assert Counter(keys[one.delivery_id] for one in tries if one.outcome is AttemptOutcome.ACCEPTED) == dict.fromkeys(
        keys.values(), 1
    )

"""A worker is killed between any two of its steps and another one goes on; nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from services.alert.channels.base import Channel, Outcome, Parcel
from services.alert.channels.webhook import webhook_channel
from services.alert.delivery import DeliveryPolicy, Width
from services.alert.handlers import RAISE_ALERTS, deliver, find_work, raise_alerts
from shared.database import create_database
from shared.egress import Door, Rules
from shared.events import DeliveryDue, Event, ShiftDetected
from shared.leases import LeasePolicy
from shared.tables import Alert, Attempt, Delivery, Handoff
from shared.transaction import Begin, Transaction, transactions
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState
from tests.alert.builders import SECRET, store_shift, subscribe, watch
from tests.alert.sinks import Endpoint, web_server

COPIES = 2
SHORT = LeasePolicy(seconds=0.4, most_attempts=3)
POLICY = DeliveryPolicy(SHORT, width=Width(at_once=1, in_one_lane=1, seconds=2))
MOST_STEPS = 60


@dataclass
class Steps:
    """Counts a worker's steps, and kills the process at one of them."""

    last: int
    passed: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, begin: Begin) -> Begin:
        @contextmanager
        def counted() -> Iterator[Transaction]:
            self("before a transaction")
            with begin() as tx:
                yield tx
                self("before its commit")
            self("after its commit")

        return counted

    def beside(self, channel: Channel) -> Channel:
        def carry(parcel: Parcel) -> Outcome:
            self("before the first byte")
            outcome = channel(parcel)
            self("after the answer")
            return outcome

        return carry


def work(url: str, step: Steps, *, seconds: float) -> None:
    """Raise, sweep and deliver until everything is done."""
    database = create_database(url)
    begin = step.around(transactions(database, lambda _: step("before a nudge")))
    channel = step.beside(webhook_channel(Door(Rules(networks=(ip_network("127.0.0.0/8"),))).send, user_agent="test"))
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not finished(database):
        rung: list[Event] = []
        now = datetime.now(UTC)
        find_work(begin=begin, publish=rung.append, renudge=timedelta(0), most=10, now=now)
        for event in rung:
            if isinstance(event, ShiftDetected):
                raise_alerts(event.shift_id, begin=begin, lease=SHORT, now=now)
            if isinstance(event, DeliveryDue):
                channels = {ChannelKind.WEBHOOK: channel}
                deliver(event.delivery_id, begin=begin, channels=channels, policy=POLICY, now=datetime.now(UTC))
        time.sleep(0.02)
    database.dispose()


def finished(database: Engine) -> bool:
    with Session(database) as session:
        states = [row.state for row in session.exec(select(Delivery))]
        waits = session.exec(select(Handoff).where(Handoff.task == RAISE_ALERTS)).first()
    return waits is None and states == [DeliveryState.DELIVERED] * COPIES


def in_a_process(action: Callable[[], None]) -> int:
    """Run in a child of its own that ends without looking back; return its id."""
    child = os.fork()
    if child == 0:
        try:
            action()
        finally:
            os._exit(0)
    return child


def arrange(database: Engine, hook: str) -> None:
    with transactions(database, lambda _: None)() as tx:
        watch(tx.session)
        for number in range(COPIES):
            subscribe(tx.session, f"desk-{number}", email=None, webhook=f"{hook}/{number}", webhook_secret=SECRET)
        tx.emit(ShiftDetected(shift_id=store_shift(tx.session)))


def forget(database: Engine) -> None:
    """Leave the shift as it was before anybody was told."""
    with transactions(database, lambda _: None)() as tx:
        for table in (Attempt, Delivery, Alert):
            for row in tx.session.exec(select(table)):
                tx.session.delete(row)
            tx.session.flush()
        tx.emit(ShiftDetected(shift_id=1))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_death_between_any_two_steps_loses_and_doubles_nothing(any_database: Engine) -> None:
    endpoint = Endpoint()
    url = any_database.url.render_as_string(hide_password=False)
    with web_server(endpoint) as hook:
        arrange(any_database, hook)
        for last in range(1, MOST_STEPS):
            endpoint.arrivals.clear()
            any_database.dispose()
            doomed = in_a_process(lambda last=last: work(url, Steps(last), seconds=20))  # type: ignore[misc]
            _, ended = os.waitpid(doomed, 0)
            os.waitpid(in_a_process(lambda: work(url, Steps(0), seconds=20)), 0)
            check(any_database, endpoint, deaths=int(os.WIFSIGNALED(ended)))
            if not os.WIFSIGNALED(ended):
                break
            forget(any_database)
    assert last > 12, "the worker was not killed at as many steps as it has"


def check(database: Engine, endpoint: Endpoint, *, deaths: int) -> None:
    arrived = Counter(arrival.headers["webhook-id"] for arrival in endpoint.arrivals)
    with Session(database) as session:
        deliveries = session.exec(select(Delivery)).all()
        tries = session.exec(select(Attempt)).all()
        assert len(session.exec(select(Alert)).all()) == COPIES
    assert [row.state for row in deliveries] == [DeliveryState.DELIVERED] * COPIES
    assert set(arrived) == {row.key for row in deliveries}
    keys = {row.id: row.key for row in deliveries}
    accepted, broken = (
        Counter(keys[one.delivery_id] for one in tries if one.outcome is outcome)
        for outcome in (AttemptOutcome.ACCEPTED, AttemptOutcome.INTERRUPTED)
    )
    assert accepted == dict.fromkeys(keys.values(), 1)
    for key, times in arrived.items():
        assert times - 1 <= broken[key] <= deaths  # a second copy has the same id, and is on record

"""The whole path as processes: a real broker, real Celery workers, a real feed, real mail and a real webhook."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, func, select
from sqlmodel import col

from services.api.watchlist import read_watchlist
from services.api.wishes import apply_watchlist, webhook_secrets
from shared import handoffs, sealing
from shared.clock import utc_now
from shared.database import create_database
from shared.settings import Settings
from shared.tables import Alert, Article, Attempt, Delivery, Shift, Tagging
from shared.transaction import reads, transactions
from shared.vocabulary import DeliveryState, ShiftKind, Stance
from stancewatch.demo_run import Demo, Seeds, demo_settings, local_wishes
from stancewatch.mail_sink import MailSink
from stancewatch.sinks import SeedOrigin, WebhookSink
from stancewatch.supervisor import start
from stancewatch.system import System, running_system

PATIENCE_SECONDS = 100
pytestmark = [pytest.mark.slow, pytest.mark.timeout(280)]


@dataclass(frozen=True, slots=True)
class World:
    """A running system with the stand-ins around it."""

    demo: Demo
    settings: Settings
    system: System
    database: Engine

    def count(self, table: type) -> int:
        with reads(self.database)() as session:
            return session.execute(select(func.count()).select_from(table)).scalar_one()

    def wait_until(self, what: str, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < until, f"waited {PATIENCE_SECONDS} s in vain until {what}\n{self.logs()}"
            time.sleep(0.1)

    def logs(self) -> str:
        return "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in (self.demo.home / "logs").iterdir())

    def everything_is_delivered(self) -> bool:
        with reads(self.database)() as session:
            states = session.execute(select(col(Delivery.state))).scalars().all()
            quiet = handoffs.oldest_waiting(session) is None
        return quiet and len(states) >= 2 and all(state is DeliveryState.DELIVERED for state in states)

    def kill_extract(self) -> None:
        """Kill the extract worker with its children as the kernel would, and start it again as a supervisor would."""
        (extract,) = [one for one in self.system.running if one.program.name == "extract"]
        os.killpg(extract.process.pid, signal.SIGKILL)
        extract.process.wait()
        self.system.running[self.system.running.index(extract)] = start(extract.program, self.system.place)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    seeds = Seeds(Path("seeds/feed.xml").read_bytes(), Path("seeds/watchlist.yaml"))
    secret: list[str] = []
    with ExitStack() as stack:
        demo = Demo(
            home=tmp_path,
            seeds=seeds,
            origin=stack.enter_context(SeedOrigin(seeds.feed)),
            mail=stack.enter_context(MailSink()),
            hook=stack.enter_context(WebhookSink(secret=lambda: "".join(secret))),
            secret=secret,
        )
        quick = {"lease_seconds": 8.0, "renudge_seconds": 2.0}
        if request.param == "postgresql":
            quick["database_url"] = request.getfixturevalue("postgres_url")
        settings = demo_settings(demo, port=0).model_copy(update=quick)
        system = stack.enter_context(running_system(settings, host="127.0.0.1", port=0))
        database = create_database(settings.database)
        stack.callback(database.dispose)
        world = World(demo, settings, system, database)
        yield world


def watch(world: World) -> None:
    """Apply the seeds' watchlist: from here on the workers go to work."""
    wishes = local_wishes(read_watchlist(world.demo.seeds.watchlist), world.demo)
    with sealing.using_key(world.demo.key), transactions(world.database, lambda _: None)() as tx:
        apply_watchlist(tx, wishes, vouched=("@paper.example",), now=utc_now())
        world.demo.secret.extend(webhook_secrets(tx.session, {one.name for one in wishes.subscriptions}).values())


def assert_alerted_once(world: World) -> None:
    with reads(world.database)() as session:
        (shift,) = session.execute(select(Shift)).scalars().all()
    assert (shift.figure_id, shift.issue_id) == ("hillary-clinton", "deportation-raids")
    assert (shift.from_stance, shift.to_stance, shift.kind) == (Stance.MIXED, Stance.AGAINST, ShiftKind.COMMITMENT)
    assert [world.count(table) for table in (Article, Alert, Delivery, Attempt)] == [3, 2, 2, 2]
    (mail,), (call,) = world.demo.mail.mails, world.demo.hook.calls
    assert mail.recipients == ("desk@paper.example",)
    assert call.verified is True
    assert call.body["type"] == "shift.detected"


def test_the_seed_feed_becomes_one_alert_for_each_subscription(world: World) -> None:
    watch(world)
    world.wait_until("everything is delivered", world.everything_is_delivered)
    assert_alerted_once(world)


def test_a_killed_worker_and_a_flushed_broker_lose_and_repeat_nothing(world: World) -> None:
    watch(world)
    world.wait_until("the first article is in", lambda: world.count(Article) > 0)
    world.kill_extract()
    with Redis(unix_socket_path=str(world.settings.broker_socket)) as broker:
        broker.flushall()
        world.wait_until("something is tagged", lambda: world.count(Tagging) > 0)
        broker.flushall()
    world.kill_extract()
    world.wait_until("everything is delivered", world.everything_is_delivered)
    assert_alerted_once(world)

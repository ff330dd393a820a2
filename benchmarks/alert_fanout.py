"""One article that matches 10,000 subscriptions: how long until each was told once, and how much memory that takes.

    python -m benchmarks.alert_fanout [--count 10000] [--by webhook] [--domains 500] [--per-minute 120] [--postgresql]

Mails go over SMTP to a server on loopback that notes when each came; the pace of every domain is checked against it.
Two workers share the work; each is a process of its own, as under Celery.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from benchmarks.alert_webhooks import measured_database, receiver
from services.alert.channels.base import Channels
from services.alert.channels.email import MailServer, email_channel
from services.alert.channels.webhook import webhook_channel
from services.alert.delivery import DeliveryPolicy, Width
from services.alert.handlers import deliver, find_work, raise_alerts
from services.alert.mail import sender_of
from services.alert.pace import Pace
from shared.database import create_database
from shared.egress import Door, Rules
from shared.events import DeliveryDue, Event, ShiftDetected
from shared.leases import LeasePolicy
from shared.tables import Attempt, Delivery
from shared.transaction import transactions
from shared.vocabulary import ChannelKind, DeliveryState
from stancewatch.mail_sink import MailSink
from tests.alert.builders import SECRET, store_shift, subscribe, watch

LEASE = LeasePolicy(seconds=180, most_attempts=3)
WORKERS = 2


def main() -> None:
    asked = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    pace = Pace(asked.per_minute, burst=max(2, asked.per_minute // 6))
    with ExitStack() as stack:
        hook = stack.enter_context(receiver())
        sink = stack.enter_context(MailSink())
        database = stack.enter_context(measured_database(postgresql=asked.postgresql))
        shift_id = _subscribe(database, asked, hook)
        started = time.perf_counter()
        begin = transactions(database, lambda _: None)
        raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
        raised = time.perf_counter() - started
        database.dispose()
        memory = _send(database.url.render_as_string(hide_password=False), sink.port, pace, asked.count)
        took = time.perf_counter() - started
        _check(database, asked.count)
        print(f"{asked.count} subscriptions by {asked.by}: raised in {raised:.1f} s, all told after {took:.1f} s")
        print(f"{asked.count / took:.0f}/s, {WORKERS} workers, {memory:.0f} MiB at most in each")
        if asked.by == "email":
            print(_pace_kept([(mail.recipients[0], mail.came_at) for mail in sink.mails], pace, asked.count))


def _subscribe(database: Engine, asked: argparse.Namespace, hook: str) -> int:
    with transactions(database, lambda _: None)() as tx:
        watch(tx.session)
        for number in range(asked.count):
            way: dict[str, Any] = {"email": f"reader-{number}@domain-{number % asked.domains}.example"}
            if asked.by == "webhook":
                way = {"email": None, "webhook": f"{hook}/{number}", "webhook_secret": SECRET}
            subscribe(tx.session, f"desk-{number}", **way)
        shift_id = store_shift(tx.session)
        tx.emit(ShiftDetected(shift_id=shift_id))
    return shift_id


def _send(url: str, port: int, pace: Pace, count: int) -> float:
    """Let the workers work until all is sent; return the most memory that one of them took, in MiB."""
    spawn = multiprocessing.get_context("spawn")
    memories: Any = spawn.Queue()
    workers = [spawn.Process(target=work, args=(url, port, pace, count, memories)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    most = max(memories.get(timeout=3600) for _ in workers)
    for worker in workers:
        worker.join()
    return float(most)


def _check(database: Engine, count: int) -> None:
    with Session(database) as session:
        states = Counter(row for row in session.exec(select(Delivery.state)))
        attempts = session.exec(select(func.count()).select_from(Attempt)).one()
    assert (states, attempts) == ({DeliveryState.DELIVERED: count}, count), (states, attempts)


def work(url: str, port: int, pace: Pace, count: int, memories: Any) -> None:
    """Sweep and deliver until everything is done."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    database = create_database(url)
    begin = transactions(database, lambda _: None)
    channels: Channels = {
        ChannelKind.EMAIL: email_channel(MailServer("127.0.0.1", port), sender_of("alerts@watch.example")),
        ChannelKind.WEBHOOK: webhook_channel(Door(Rules(networks=(ip_network("127.0.0.0/8"),))).send, user_agent="b"),
    }
    policy = DeliveryPolicy(LEASE, width=Width(at_once=32, in_one_lane=2, seconds=45), mail_pace=pace)
    while True:
        rung: list[Event] = []
        find_work(begin=begin, publish=rung.append, renudge=timedelta(0), most=100, now=datetime.now(UTC))
        for event in rung:
            if isinstance(event, DeliveryDue):
                deliver(event.delivery_id, begin=begin, channels=channels, policy=policy, now=datetime.now(UTC))
        with Session(database) as session:
            told = select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.DELIVERED)
            if session.exec(told).one() == count:
                break
        time.sleep(0.2)
    memories.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _pace_kept(arrivals: list[tuple[str, float]], pace: Pace, count: int) -> str:
    """Count the most that came to one domain in any minute, however long each was on its way."""
    assert Counter(address for address, _ in arrivals).most_common(1)[0][1] == 1
    assert len(arrivals) == count
    lanes: dict[str, list[float]] = defaultdict(list)
    for address, at in arrivals:
        lanes[address.rpartition("@")[2]].append(at)
    most = max(sum(1 for at in times if start <= at < start + 60) for times in lanes.values() for start in times)
    assert most <= pace.per_minute, most
    return f"each once; at most {most} to one domain in any minute (allowed: {pace.per_minute})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--by", choices=("email", "webhook"), default="email")
    parser.add_argument("--domains", type=int, default=500)
    parser.add_argument("--per-minute", type=int, default=120)
    parser.add_argument("--postgresql", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()

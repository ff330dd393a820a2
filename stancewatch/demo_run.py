"""Running the demo: the whole system against stand-ins on loopback, until everything is delivered."""

import json
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import ColumnElement, exists
from sqlmodel import col, select

from services.api.consents import EVERYBODY
from services.api.watchlist import FeedWish, WatchlistFile, read_watchlist
from services.api.wishes import apply_watchlist, webhook_secrets
from shared import handoffs, sealing
from shared.addresses import read_networks
from shared.clock import utc_now
from shared.database import create_database
from shared.egress import Answered, Door, Limits, Request, Rules
from shared.settings import Settings
from shared.tables import Alert, Subscription
from shared.transaction import Read, reads, transactions
from shared.vocabulary import DeliveryState
from stancewatch.ledger import Ledger, read_ledger
from stancewatch.mail_sink import MailSink, as_page
from stancewatch.sinks import Call, SeedOrigin, WebhookSink, plain
from stancewatch.stopping import Asked
from stancewatch.supervisor import fallen, last_line
from stancewatch.system import System, running_system

LOOPBACK = "127.0.0.1"
LOOPBACK_NETWORKS = ("127.0.0.0/8",)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Seeds:
    """What the demo replays: a feed, and the watchlist it is read for."""

    feed: bytes
    watchlist: Path


@dataclass(frozen=True, slots=True)
class Demo:
    """The stage: the folder where everything lies, the seeds, and the stand-ins for the world outside."""

    home: Path
    seeds: Seeds
    origin: SeedOrigin
    mail: MailSink
    hook: WebhookSink
    secret: list[str]
    key: str = field(default_factory=sealing.new_key)
    asked: Asked = field(default_factory=Asked)  # to stop


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the demo; `complete` once every delivery of every expected alert has arrived and was verified."""

    complete: bool
    problem: str
    seconds: float
    home: Path
    ledger: Ledger = field(default_factory=Ledger)
    mails: int = 0
    calls: tuple[Call, ...] = ()
    kept: tuple[Path, ...] = ()


Stay = Callable[[Outcome, str], None]


def run_demo(demo: Demo, *, patience: float, say: Say, stay: Stay) -> Outcome:
    """Start everything, wait until the alerts have arrived or the patience is over, keep what came, stop everything.

    `stay` is called with the outcome and the pages' address while everything still runs; raises `Stopped` where
    somebody asked for that before there is an outcome.
    """
    began = time.monotonic()
    port = _free_port()
    settings = demo_settings(demo, port)
    wishes = local_wishes(read_watchlist(demo.seeds.watchlist), demo)
    with sealing.using_key(demo.key), running_system(settings, host=LOOPBACK, port=port) as system:
        database = create_database(settings.database)
        with transactions(database, lambda _: None)() as tx:
            apply_watchlist(tx, wishes, vouched=EVERYBODY, now=utc_now())
            demo.secret.extend(webhook_secrets(tx.session, {one.name for one in wishes.subscriptions}).values())
        outcome = _wait(demo, system, reads(database), until=began + patience, say=say)
        if outcome.complete and not _page_answers(settings):
            outcome = replace(outcome, complete=False, problem=f"{settings.public_url}/ does not answer")
        outcome = replace(outcome, seconds=time.monotonic() - began, kept=_keep_messages(demo))
        stay(outcome, settings.public_url)
        say("stopping ...")
    database.dispose()
    return outcome


def _page_answers(settings: Settings) -> bool:
    door = Door(Rules(networks=read_networks(settings.allowed_networks)))
    answer = door.send(Request(f"{settings.public_url}/"), Limits())
    door.close()
    return isinstance(answer, Answered) and answer.status == 200


def demo_settings(demo: Demo, port: int) -> Settings:
    """Return settings for loopback only; whatever the environment or a `.env` says is left aside."""
    return Settings.model_construct(
        **{
            **{name: field.get_default(call_default_factory=True) for name, field in Settings.model_fields.items()},
            "data_dir": demo.home,
            "secret_key": SecretStr(demo.key),
            "log_format": "text",
            "sweep_seconds": 1.0,
            "poll_interval_seconds": 2.0,
            "shortest_poll_seconds": 1.0,
            "allowed_networks": LOOPBACK_NETWORKS,
            "smtp_host": LOOPBACK,
            "smtp_port": demo.mail.port,
            "public_url": f"http://{LOOPBACK}:{port}",
        }
    )


def local_wishes(wishes: WatchlistFile, demo: Demo) -> WatchlistFile:
    """Point the watchlist's webhooks and its feed at the stand-ins; everything else stays as it was written."""
    subscriptions = tuple(
        one.model_copy(update={"webhook": demo.hook.url}) if one.webhook else one for one in wishes.subscriptions
    )
    feed = FeedWish(url=demo.origin.url, name="Seed feed")
    return wishes.model_copy(update={"subscriptions": subscriptions, "feeds": (feed,)})


def _wait(demo: Demo, system: System, read: Read, *, until: float, say: Say) -> Outcome:
    while not demo.asked.wait(0):
        outcome = _look(demo, read)
        if outcome.complete or time.monotonic() > until:
            return outcome
        if one := fallen(system.running):
            return replace(outcome, problem=f"{one.program.name} stopped: {last_line(one.log)}")
        found = outcome.ledger
        say(f"{len(found.statements)} statements, {len(found.shifts)} shifts, {len(found.alerts)} alerts so far")
        demo.asked.wait(0.25)
    raise demo.asked.stopped()


def _look(demo: Demo, read: Read) -> Outcome:
    with read() as session:
        unfinished = handoffs.oldest_waiting(session) is not None
        silent = session.exec(select(Subscription.name).where(~_was_alerted())).all()
        ledger = read_ledger(session)
    problem = "work is left" if unfinished else _missing(demo, ledger, silent)
    return Outcome(not problem, problem, 0.0, demo.home, ledger, len(demo.mail.mails), demo.hook.calls)


def _was_alerted() -> ColumnElement[bool]:
    return exists().where(col(Alert.subscription_id) == col(Subscription.id), col(Alert.shift_id).is_not(None))


def _missing(demo: Demo, ledger: Ledger, silent: Sequence[str]) -> str:
    """Say what has not happened yet, or nothing once every subscription was alerted and every copy arrived."""
    copies = [copy for alert in ledger.alerts for copy in alert.deliveries]
    if silent:
        return f"no alert for the subscription '{silent[0]}'"
    if any(copy.state is not DeliveryState.DELIVERED for copy in copies):
        return "not every copy is delivered"
    if len(demo.mail.mails) + len(demo.hook.calls) != len(copies):
        return "what arrived is not what was delivered"
    return "" if all(call.verified for call in demo.hook.calls) else "a webhook's signature is wrong"


def _keep_messages(demo: Demo) -> tuple[Path, ...]:
    kept: list[Path] = []
    for number, mail in enumerate(demo.mail.mails, start=1):
        kept.append(_keep(demo.home / f"mail-{number}.eml", mail.message.as_bytes()))
        if page := as_page(mail.message):
            kept.append(_keep(demo.home / f"mail-{number}.html", page.encode()))
    for number, call in enumerate(demo.hook.calls, start=1):
        text = json.dumps(plain(call), indent=1, ensure_ascii=False)
        kept.append(_keep(demo.home / f"webhook-{number}.json", text.encode()))
    return tuple(kept)


def _keep(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])

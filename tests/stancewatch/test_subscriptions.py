"""Subscriptions on the command line: seen, previewed, tested, explained, woken, and sent what they missed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from services.alert.handlers import raise_alerts
from shared.events import ShiftDetected
from shared.tables import Consent, Delivery, Endpoint, Mailbox
from shared.transaction import Begin, Read
from shared.vocabulary import DeliveryState
from tests.alert import sinks
from tests.alert.builders import LEASE, REPORT, SECRET, store_shift, subscribe, watch

DAY = timedelta(days=1)
HOOK = "https://hooks.example/a"


class Terminal:
    """Runs the command on a test's own database; no broker listens, so the rows are what counts."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            "STANCEWATCH_DATA_DIR": str(home),
            "STANCEWATCH_DATABASE_URL": f"sqlite:///{home / 'test.db'}",
            "STANCEWATCH_BROKER_URL": "redis://127.0.0.1:9/0",
            "STANCEWATCH_ALLOWED_NETWORKS": '["127.0.0.0/8"]',
            "STANCEWATCH_SECRET_KEY": os.environ["STANCEWATCH_SECRET_KEY"],
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STANCEWATCH_")}
        return subprocess.run(
            [sys.executable, "-m", "stancewatch", *words],
            cwd=self.home,
            env={**kept, "PYTHONPATH": str(Path.cwd()), "COLUMNS": "200", **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def lines(self, *words: str) -> list[Any]:
        done = self.run(*words, "--json")
        assert done.stderr == ""
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def terminal(database: Engine, tmp_path: Path) -> Iterator[Terminal]:
    assert database.url.database == str(tmp_path / "test.db")
    yield Terminal(tmp_path)


def detect(begin: Begin, *, days_ago: int, confidence: float = 0.91) -> int:
    """Store the builders' shift as of some days ago, shown by other articles."""
    at = datetime.now(UTC) - days_ago * DAY
    before = replace(REPORT.before, url=f"https://a.example/{days_ago}", published_at=at - DAY)
    after = replace(REPORT.after, url=f"https://b.example/{days_ago}", published_at=at)
    with begin() as tx:
        shift_id = store_shift(tx.session, replace(REPORT, before=before, after=after, at=at, confidence=confidence))
        tx.emit(ShiftDetected(shift_id=shift_id))
    return shift_id


def test_a_list_says_what_each_asks_for_and_which_ways_are_closed(begin: Begin, terminal: Terminal) -> None:
    now = datetime.now(UTC)
    with begin() as tx:
        desk = subscribe(tx.session, "desk", minimum_confidence=0.8, quiet_from=22, quiet_until=7, webhook=HOOK)
        asked = subscribe(tx.session, "asked", chat="slack://k3y/room")
        subscribe(tx.session, "left", retired_at=now)
        assert desk.id
        assert asked.id
        tx.session.add(Endpoint(subscription_id=desk.id, address=HOOK, disabled_at=now, reason="gone"))
        tx.session.add(Mailbox(address="desk@paper.example", suppressed_at=now, reason="bounces"))
        tx.session.get_one(Consent, asked.id).confirmed_at = None
    first, second = terminal.lines("subscriptions", "list")
    assert (first["name"], second["name"]) == ("asked", "desk")
    assert [(way["channel"], way["closed"]) for way in first["ways"]] == [
        ("email", "the address has not agreed to mail yet"),
        ("chat", None),
    ]
    assert [(way["channel"], way["closed"]) for way in second["ways"]] == [("email", "bounces"), ("webhook", "gone")]
    assert (second["minimum_confidence"], second["quiet_hours"], second["frequency"]) == (0.8, "22-7", "now")
    shown = terminal.run("subscriptions", "list").stdout
    assert "at least 0.80 sure" in shown
    assert "quiet 22-7" in shown
    assert "k3y" not in shown + json.dumps(first)


def test_a_preview_counts_what_would_have_been_told_by_what_is_stored_and_by_a_file(
    begin: Begin, terminal: Terminal
) -> None:
    with begin() as tx:
        watch(tx.session)
        subscribe(tx.session, "desk", minimum_confidence=0.8)
    detect(begin, days_ago=100)
    wanted, unsure = detect(begin, days_ago=20), detect(begin, days_ago=10, confidence=0.5)
    assert [line["shift"] for line in terminal.lines("subscriptions", "preview", "desk")] == [wanted]
    assert (
        "told 2 times in the last 365 days" in terminal.run("subscriptions", "preview", "desk", "--days", "365").stdout
    )
    wished = terminal.home / "w.yaml"
    wished.write_text("figures: []\nissues: []\nsubscriptions: [{name: new, email: new@paper.example}]\n")
    from_file = terminal.lines("subscriptions", "preview", "new", "--watchlist", str(wished))
    assert [line["shift"] for line in from_file] == [wanted, unsure]


def test_a_test_takes_the_real_ways_but_never_to_an_address_that_has_not_agreed(
    begin: Begin, terminal: Terminal
) -> None:
    mailbox, endpoint = sinks.Mailbox(), sinks.Endpoint()
    with sinks.mail_server(mailbox) as port, sinks.web_server(endpoint) as url:
        with begin() as tx:
            subscribe(tx.session, "desk", webhook=url, webhook_secret=SECRET)
            asked = subscribe(tx.session, "asked")
            assert asked.id
            tx.session.get_one(Consent, asked.id).confirmed_at = None
        terminal.environment |= {
            "STANCEWATCH_SMTP_PORT": str(port),
            "STANCEWATCH_ALLOWED_PORTS": f"[{url.rstrip('/').rpartition(':')[2].partition('/')[0]}]",
        }
        sent = terminal.run("subscriptions", "test", "desk", "--json")
        kept = terminal.run("subscriptions", "test", "asked", "--json")
    assert [json.loads(line)["outcome"] for line in sent.stdout.splitlines()] == ["accepted", "accepted"]
    assert (sent.returncode, len(endpoint.arrivals)) == (0, 1)
    assert [mail["To"] for mail in mailbox.mails] == ["desk@paper.example"]
    assert (kept.returncode, json.loads(kept.stdout)["outcome"]) == (1, "not sent")


def test_why_says_what_was_decided_and_what_is_asked_for_by_now(begin: Begin, terminal: Terminal) -> None:
    with begin() as tx:
        watch(tx.session)
        subscribe(tx.session, "desk", figures=["ada-quill"])
        subscribe(tx.session, "strict", minimum_confidence=0.99)
    shift_id = detect(begin, days_ago=1)
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    with begin() as tx:
        subscribe(tx.session, "late").created_at = datetime.now(UTC)
    (told,) = terminal.lines("subscriptions", "why", "desk", str(shift_id))
    assert (told["told"], told["reason_then"], told["reason_now"]) == (True, "asked_for_figure", "asked_for_figure")
    assert told["deliveries"] == [{"channel": "email", "state": "pending", "reason": ""}]
    (missed,) = terminal.lines("subscriptions", "why", "strict", str(shift_id))
    assert (missed["told"], missed["asked_for"], missed["reason_now"]) == (False, False, "below_confidence")
    assert "made after the shift was found" in terminal.run("subscriptions", "why", "late", str(shift_id)).stdout


def test_what_a_webhook_missed_is_sent_after_it_was_woken(begin: Begin, read: Read, terminal: Terminal) -> None:
    now = datetime.now(UTC)
    with begin() as tx:
        watch(tx.session)
        desk = subscribe(tx.session, "desk", email=None, webhook=HOOK)
        subscribe(tx.session, "other")
        assert desk.id
        tx.session.add(Endpoint(subscription_id=desk.id, address=HOOK, disabled_at=now, reason="gone"))
    shift_id = detect(begin, days_ago=1)
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=now)
    with begin() as tx:
        for row in tx.session.exec(select(Delivery)):
            row.state, row.next_attempt_at = DeliveryState.DEAD, None
    assert terminal.run("subscriptions", "wake", "desk").returncode == 0
    assert "no webhook of 'desk' is switched off" in terminal.run("subscriptions", "wake", "desk").stderr
    later = (now + DAY).isoformat()
    assert terminal.run("deliveries", "replay", "--since", later).stdout.startswith("0 deliveries")
    earlier = f"{now - DAY:%Y-%m-%d}"
    one = terminal.run("deliveries", "replay", "--since", earlier, "--subscription", "desk")
    assert one.stdout.startswith("1 deliveries")
    assert terminal.run("deliveries", "replay", "--since", earlier).stdout.startswith(
        "2 deliveries"
    )  # one waits already
    with read() as session:
        assert {row.state for row in session.exec(select(Delivery))} == {DeliveryState.RETRY}
        assert session.exec(select(Endpoint)).all() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("subscriptions preview nobody", "no subscription 'nobody'", id="preview of nobody"),
        pytest.param("subscriptions preview desk --days 0", "'--days'", id="no day at all"),
        pytest.param("subscriptions test nobody", "no subscription 'nobody'", id="test of nobody"),
        pytest.param("subscriptions why desk 99", "no shift 99", id="why of no shift"),
        pytest.param("subscriptions why desk 99999999999999999999", "'SHIFT'", id="a number that no row can have"),
        pytest.param("deliveries replay --since soon", "'soon' is no time", id="since soon"),
        pytest.param("deliveries replay --since 0001-01-01T00:00:00+14:00", "is no time", id="before all times"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(begin: Begin, terminal: Terminal, words: str, said: str) -> None:
    with begin() as tx:
        subscribe(tx.session)
    done = terminal.run(*words.split())
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert said in done.stderr

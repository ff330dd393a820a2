"""R13: a program that opens every link of every mail changes nothing; one POST for each mail ends each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import Session, SQLModel

from services.alert.channels.email import MailServer, email_channel
from services.alert.delivery import DeliveryPolicy, Width
from services.alert.handlers import deliver, find_work, raise_alerts
from services.alert.mail import sender_of
from services.api.app import create_app
from services.api.deps import Edges
from shared.events import DeliveryDue, Event, ShiftDetected
from shared.tables import Consent
from shared.transaction import Begin, Read
from shared.vocabulary import ChannelKind
from stancewatch.mail_sink import MailSink
from tests.alert.builders import LEASE, store_shift, subscribe, watch
from tests.api.conftest import edges  # noqa: F401 (a fixture)
from tests.api.serving import served

ALERTS, QUESTIONS = 190, 10
LINK = re.compile(r"https?://[^\s\"'<>]+")


@pytest.fixture
def client(edges: Edges) -> Iterator[httpx.Client]:  # noqa: F811 (the fixture from above)
    with served(create_app(replace(edges, now=lambda: datetime.now(UTC)))) as client:
        yield client


def send_all(begin: Begin, public_url: str) -> list[Any]:
    """Send alerts to those who agreed and questions to those who have not, over a real mail server."""
    with begin() as tx:
        watch(tx.session)
        for number in range(ALERTS + QUESTIONS):
            row = subscribe(tx.session, f"desk-{number}", email=f"desk@paper-{number}.example")
            if number >= ALERTS:
                answer = tx.session.get_one(Consent, row.id)
                answer.confirmed_at, answer.ask_at = None, datetime.now(UTC)
        shift_id = store_shift(tx.session)
        tx.emit(ShiftDetected(shift_id=shift_id))
    now = datetime.now(UTC)
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=now)
    rung: list[Event] = []
    find_work(begin=begin, publish=rung.append, renudge=now - now, most=500, now=now)
    due = [event.delivery_id for event in rung if isinstance(event, DeliveryDue)]
    with MailSink() as sink:
        channel = email_channel(MailServer("127.0.0.1", sink.port), sender_of("alerts@watch.example"))
        policy = DeliveryPolicy(LEASE, public_url=public_url, width=Width(at_once=4, in_one_lane=2, seconds=60))
        deliver(due[0], begin=begin, channels={ChannelKind.EMAIL: channel}, policy=policy, now=now)
        return [mail.message for mail in sink.mails]


def links_of(mail: Any, ours: str) -> set[str]:
    """Collect what a scanner finds: in the text, in the page, and in the header."""
    text, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    found = LINK.findall(f"{text} {page} {mail['List-Unsubscribe']}")
    return {urlsplit(link).path for link in found if link.startswith(ours)}


def dump(read: Read) -> dict[str, list[Any]]:
    with read() as session:
        return {name: _rows(session, table) for name, table in SQLModel.metadata.tables.items()}


def _rows(session: Session, table: Any) -> list[Any]:
    return sorted(map(repr, session.execute(select(table)).all()))


@pytest.mark.slow
def test_only_a_post_changes_anything(client: httpx.Client, begin: Begin, read: Read) -> None:
    ours = str(client.base_url).rstrip("/")
    mails = send_all(begin, ours)
    assert len(mails) == ALERTS + QUESTIONS
    paths = [links_of(mail, ours) for mail in mails]
    assert all(len(found) >= 2 for found in paths)
    before = dump(read)
    for path in sorted(set().union(*paths)):
        for method in ("GET", "HEAD"):
            assert client.request(method, path).status_code in (200, 404, 405)
    assert dump(read) == before
    one_click = {"List-Unsubscribe": "One-Click"}
    for mail in mails:
        way_out = urlsplit(str(mail["List-Unsubscribe"]).strip("<>")).path
        assert client.post(way_out, data=one_click).status_code == 200
    after = dump(read)
    with read() as session:
        answers = session.scalars(select(Consent)).all()
    assert len([one for one in answers if one.withdrawn_at and not one.confirmed_at]) == ALERTS + QUESTIONS
    for mail in mails[::20]:
        client.post(urlsplit(str(mail["List-Unsubscribe"]).strip("<>")).path, data=one_click)
    assert dump(read) == after

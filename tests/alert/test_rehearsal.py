from __future__ import annotations

import json
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from sqlmodel import select
from standardwebhooks.webhooks import Webhook

from services.alert.channels.base import Accepted, Parcel
from services.alert.channels.email import MailServer, email_channel
from services.alert.channels.recording import recording_channel
from services.alert.channels.webhook import webhook_channel
from services.alert.mail import sender_of
from services.alert.rehearsal import send_test
from shared.egress import Door, Rules
from shared.failures import UserMistake
from shared.tables import Consent, Delivery
from shared.transaction import Begin, Read
from shared.vocabulary import ChannelKind
from tests.alert.builders import NOW, SECRET, subscribe
from tests.alert.sinks import Endpoint, Mailbox, mail_server, web_server


def test_a_test_takes_the_real_ways_and_leaves_no_trace(begin: Begin, read: Read) -> None:
    mailbox, endpoint = Mailbox(), Endpoint()
    door = Door(Rules(networks=(ip_network("127.0.0.0/8"),)))
    with mail_server(mailbox) as port, web_server(endpoint) as url:
        with begin() as tx:
            subscribe(tx.session, "desk", webhook=url, webhook_secret=SECRET)
        channels = {
            ChannelKind.EMAIL: email_channel(MailServer("127.0.0.1", port), sender_of("alerts@watch.example")),
            ChannelKind.WEBHOOK: webhook_channel(door.send, user_agent="test"),
        }
        now = datetime.now(UTC)
        came = send_test("desk", read=read, channels=channels, public_url="https://watch.example", now=now)
    door.close()
    assert [type(one.outcome) for one in came] == [Accepted, Accepted]
    assert mailbox.mails[0]["Subject"] == "Test: Example Figure on Example issue: mixed → against"
    (call,) = endpoint.arrivals
    assert Webhook(SECRET).verify(call.body, call.headers)
    assert json.loads(call.body)["type"] == "ping"
    with read() as session:
        assert session.exec(select(Delivery)).all() == []


@pytest.mark.parametrize(
    ("address", "confirmed_at", "sent"),
    [
        pytest.param("desk@paper.example", None, 0, id="asked and silent"),
        pytest.param("desk@paper.example", NOW, 1, id="agreed"),
        pytest.param("before@paper.example", NOW, 0, id="another address agreed"),
    ],
)
def test_an_address_that_has_not_agreed_to_mail_gets_no_test(
    begin: Begin, read: Read, address: str, confirmed_at: datetime | None, sent: int
) -> None:
    with begin() as tx:
        desk = subscribe(tx.session, "desk")
        assert desk.id
        asked = tx.session.get_one(Consent, desk.id)
        asked.address, asked.confirmed_at = address, confirmed_at
    kept: list[Parcel] = []
    send_test("desk", read=read, channels={ChannelKind.EMAIL: recording_channel(kept)}, public_url="", now=NOW)
    assert len(kept) == sent


def test_an_unknown_subscription_is_the_askers_mistake(read: Read) -> None:
    with pytest.raises(UserMistake, match="nobody"):
        send_test("nobody", read=read, channels={}, public_url="", now=datetime.now(UTC))

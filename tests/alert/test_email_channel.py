from __future__ import annotations

import socket

import pytest

from services.alert.channels.base import Accepted, Outcome, Postponed, Rejected, Unreachable
from services.alert.channels.email import MailServer, email_channel, greet
from services.alert.mail import Sender
from tests.alert.builders import AFTER, BEFORE, a_parcel
from tests.alert.sinks import Mailbox, mail_server

SENDER = Sender("stancewatch", "alerts@watch.example")


def send_to(mailbox: Mailbox, address: str = "desk@paper.example") -> Outcome:
    with mail_server(mailbox) as port:
        channel = email_channel(MailServer("127.0.0.1", port, timeout_seconds=5), SENDER)
        return channel(a_parcel(address=address))


def test_a_mail_arrives_with_both_quotes_in_both_forms() -> None:
    mailbox = Mailbox()
    assert isinstance(send_to(mailbox), Accepted)
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Ada Quill on Harbour toll: mixed → against"
    assert mailbox.envelopes == [("alerts@watch.example", ("desk@paper.example",))]
    for part in mail.iter_parts():
        content = part.get_content()
        assert BEFORE.evidence in content
        assert AFTER.evidence in content


@pytest.mark.parametrize(
    ("at_rcpt", "at_data", "outcome"),
    [
        pytest.param(
            "550 5.1.1 nobody here",
            "250",
            Rejected("SMTP 550: 5.1.1 nobody here", no_such_mailbox=True),
            id="no such mailbox",
        ),
        pytest.param("450 4.2.1 later", "250", Postponed("SMTP 450: 4.2.1 later"), id="greylisted"),
        pytest.param("530 5.7.0 log in", "250", Postponed("SMTP 530: 5.7.0 log in"), id="our own fault"),
        pytest.param("250 OK", "554 5.6.0 spam", Rejected("SMTP 554: 5.6.0 spam"), id="content refused"),
        pytest.param("250 OK", "452 4.3.1 full", Postponed("SMTP 452: 4.3.1 full"), id="disk full"),
    ],
)
def test_a_refusal_is_for_good_or_for_now(at_rcpt: str, at_data: str, outcome: Outcome) -> None:
    assert send_to(Mailbox(at_rcpt=at_rcpt, at_data=at_data)) == outcome


def test_an_address_that_is_none_never_reaches_the_server() -> None:
    mailbox = Mailbox()
    assert isinstance(send_to(mailbox, "desk@paper.example\nBcc: x@y.example"), Rejected)
    assert mailbox.envelopes == []


def test_a_server_is_greeted_without_a_message() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        assert greet(MailServer("127.0.0.1", port, timeout_seconds=5), SENDER) == Accepted("answers")
    assert mailbox.envelopes == []


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        server = MailServer("127.0.0.1", taken.getsockname()[1], timeout_seconds=5)
        assert isinstance(email_channel(server, SENDER)(a_parcel()), Unreachable)

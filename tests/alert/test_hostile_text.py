"""R11: whatever an article, a figure, an issue or a subscription is called, a mail has our headers and no others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import compat32
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from services.alert.channels.base import Accepted, Channel, Parcel
from services.alert.channels.email import MailServer, email_channel
from services.alert.mail import sender_of
from services.alert.message import Message
from tests.alert.builders import AFTER, BEFORE, a_message, a_parcel
from tests.alert.sinks import Mailbox, mail_server
from tests.alert.test_mail import OUR_HEADERS

HERE = Path(__file__).parent
PAYLOADS: list[str] = json.loads((HERE / "data" / "header_payloads.json").read_text())["payloads"]
NAUGHTY = HERE.parents[2] / "shared" / "data" / "third-party" / "strings" / "blns.json"
OUR_TAGS = {
    "html", "head", "meta", "title", "body", "div", "table", "tr", "td", "p", "span", "strong", "h1", "em",
    "blockquote", "time", "br", "a", "style",
}  # fmt: skip


class Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name == "href"}


@pytest.fixture(scope="module")
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="module")
def channel(mailbox: Mailbox) -> Iterator[Channel]:
    with mail_server(mailbox) as port:
        yield email_channel(MailServer("127.0.0.1", port, timeout_seconds=5), sender_of("alerts@watch.example"))


def everywhere(text: str) -> Message:
    """A message that carries `text` wherever text from outside can stand."""
    seen: dict[str, Any] = {"evidence": text, "title": text, "outlet": text, "url": text}
    return a_message(
        subscription=text,
        figure_name=text,
        issue_name=text,
        proposition=text,
        before=replace(BEFORE, **seen),
        after=replace(AFTER, **seen),
    )


def arrived(channel: Channel, mailbox: Mailbox, parcel: Parcel) -> EmailMessage:
    assert isinstance(channel(parcel), Accepted)
    return mailbox.mails[-1]


def assert_ours_alone(mail: EmailMessage) -> None:
    ours = [*OUR_HEADERS, "X-Peer", "X-MailFrom", "X-RcptTo"]
    again = message_from_bytes(mail.as_bytes(), policy=compat32)
    assert [name for name in mail.keys() if name in ours] == OUR_HEADERS  # noqa: SIM118 (keys may repeat)
    assert set(again.keys()) <= set(ours)
    assert mail["To"] == "desk@paper.example"
    text, page = mail.iter_parts()
    assert {*text.keys(), *page.keys()} == {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    found = Tags(page.get_content())
    assert found.tags <= OUR_TAGS
    assert not {name for name in found.attributes if name.startswith("on")}
    assert {link.split(":")[0] for link in found.links} <= {"http", "https"}


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: ascii(payload)[1:50])
def test_a_header_payload_adds_no_header(channel: Channel, mailbox: Mailbox, payload: str) -> None:
    assert_ours_alone(arrived(channel, mailbox, a_parcel(message=everywhere(payload))))


@pytest.mark.slow
@pytest.mark.skipif(not NAUGHTY.exists(), reason=f"the naughty strings are not at hand: {NAUGHTY.name}")
def test_all_naughty_strings_are_mailed_as_text(channel: Channel, mailbox: Mailbox) -> None:
    strings: list[str] = json.loads(NAUGHTY.read_text())
    assert len(strings) > 500
    for text in strings:
        assert_ours_alone(arrived(channel, mailbox, a_parcel(message=everywhere(text))))

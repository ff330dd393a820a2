"""The e-mail that a message becomes: its headers, which only we choose, and its two bodies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

from services.alert.asking import Question
from services.alert.channels.base import Parcel
from services.alert.early_warning import Telling
from services.alert.headers import clean_header, list_id, message_id, thread_id
from services.alert.message import Message
from services.alert.picture import picture_of, sketch_of
from services.alert.render import render, render_question
from shared.failures import PermanentFailure
from shared.vocabulary import News

MOST_PICTURES = 5  # of a digest
PICTURED = (News.DETECTED, News.CORRECTED, News.WITHDRAWN)
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]+@[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom the mail is from."""

    name: str
    address: str
    bounces: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def return_path(self, key: str) -> str:
        """Return where a mail that cannot be delivered goes back to, so that it can be told which one it was."""
        local, _, domain = self.bounces.rpartition("@")
        return f"{local}+{key}@{domain}" if local else self.address


def sender_of(written: str, *, bounces: str = "") -> Sender:
    """Read `Name <address>` or a bare address; `bounces` is where undeliverable mail returns, if not there."""
    name, address = parseaddr(written)
    back = mail_address(bounces) if bounces else ""
    return Sender(clean_header(name) or "stancewatch", mail_address(address), back)


def mail_address(written: str) -> str:
    """Return an address that mail programs can carry, its domain in ASCII; raise `PermanentFailure` for any other."""
    address = written.strip()
    local, _, domain = address.rpartition("@")
    if not _ADDRESS.fullmatch(address) or not local.isascii():
        raise PermanentFailure("not an e-mail address, or one with other letters than ASCII before the @")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise PermanentFailure("the domain of the e-mail address cannot be written in ASCII") from error


def compose(parcel: Parcel, *, sender: Sender, templates: Path | None = None) -> EmailMessage:
    """Write the mail for a parcel; the same parcel gives the same mail on every try.

    Templates in the folder `templates` go before ours.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(display_name=sender.name, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=mail_address(parcel.address))
    mail["Subject"] = clean_header(subject_of(parcel))
    mail["Date"] = format_datetime(parcel.message.occasion.raised_at)
    mail["Message-ID"] = message_id(parcel.key, sender.domain)
    _join_thread(mail, parcel.message, sender.domain)
    mail["List-Id"] = list_id(parcel.message.occasion.subscription, sender.domain)
    mail["Auto-Submitted"] = "auto-generated"
    _offer_the_way_out(mail, parcel.message.links.unsubscribe)
    _fill(mail, parcel, domain=sender.domain, templates=templates)
    return mail


def subject_of(parcel: Parcel) -> str:
    """Name what a mail tells; of a digest the first, and how many more."""
    if not parcel.more:
        return parcel.message.subject
    return f"{parcel.message.subject} and {len(parcel.more)} more"


def _join_thread(mail: EmailMessage, message: Telling | Question, domain: str) -> None:
    if isinstance(message, Question):
        return
    root = thread_id(message.report.figure_id, message.report.issue_id, domain)
    mail["In-Reply-To"] = root
    mail["References"] = root


def _offer_the_way_out(mail: EmailMessage, link: str) -> None:
    """RFC 8058 asks for https where one click is offered; over http the link alone is named (RFC 2369)."""
    if link:
        mail["List-Unsubscribe"] = f"<{link}>"
    if link.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _fill(mail: EmailMessage, parcel: Parcel, *, domain: str, templates: Path | None) -> None:
    pictures = _pictures(parcel)
    ids = {place: f"timeline-{place}.{parcel.key}@{domain}" for place in pictures}
    match parcel.message:
        case Question() as question:
            rendered = render_question(question, folder=templates)
        case message:
            rendered = render((message, *parcel.more), pictures=ids, folder=templates)
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    _, page = mail.iter_parts()
    for place, picture in pictures.items():
        name = f"timeline-{place}.png"
        page.add_related(picture, "image", "png", cid=f"<{ids[place]}>", filename=name, disposition="inline")
        page.set_boundary(f"=_{parcel.key}_page")
    mail.set_boundary(f"=_{parcel.key}")  # the library would choose another one on every try


def _pictures(parcel: Parcel) -> dict[int, bytes]:
    """Draw the timelines of the first messages, by their places; what cannot be drawn is left out."""
    messages = (parcel.message, *parcel.more)[:MOST_PICTURES]
    told = ((place, one) for place, one in enumerate(messages) if isinstance(one, Message) and one.news in PICTURED)
    sketches = ((place, sketch_of(one.report)) for place, one in told)
    drawn = ((place, picture_of(sketch)) for place, sketch in sketches if sketch is not None)
    return {place: picture for place, picture in drawn if picture is not None}

"""Taking a parcel to a mail server, one recipient at a time, knowing at each step what may have arrived."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import closing
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from services.alert.channels.base import (
    Accepted,
    Channel,
    Interrupted,
    Outcome,
    Parcel,
    Postponed,
    Rejected,
    Unreachable,
)
from services.alert.mail import Sender, compose
from shared.failures import PermanentFailure

START_OF_DATA = 354
_LINE_DOT = re.compile(rb"^\.", re.MULTILINE)
# refusals that speak of our own rights at the server, not of the recipient: an operator can mend them
_OUR_FAULT = (530, 534, 535, 538)
_NO_SUCH_MAILBOX = ("5.1.1", "5.1.10")  # enhanced status codes of RFC 3463


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how mail is handed over; `timeout_seconds` bounds each step of the conversation."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout_seconds: float = 15


def email_channel(server: MailServer, sender: Sender, *, templates: Path | None = None) -> Channel:
    """Return the channel that sends through `server`."""

    def send(parcel: Parcel) -> Outcome:
        try:
            mail = compose(parcel, sender=sender, templates=templates)
        except PermanentFailure as refusal:
            return Rejected(str(refusal))
        try:
            connection = _connect(server, sender)
        except (OSError, smtplib.SMTPException) as error:
            return Unreachable(f"mail server: {_said(error)}")
        with closing(connection):
            back = sender.return_path(parcel.key)
            return _hand_over(connection, mail, back, mail["To"].addresses[0].addr_spec)

    return send


def greet(server: MailServer, sender: Sender) -> Accepted | Unreachable:
    """Go as far as one can without a message: connected, secured and logged in."""
    try:
        connection = _connect(server, sender)
    except (OSError, smtplib.SMTPException) as error:
        return Unreachable(_said(error))
    with closing(connection):
        _take_leave(connection)
    return Accepted("answers")


def _connect(server: MailServer, sender: Sender) -> smtplib.SMTP:
    connection = _open(server, sender.domain)
    try:
        if server.security == "starttls":
            connection.starttls(context=_trust(server))
        if server.username:
            connection.login(server.username, server.password)
        connection.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException):
        connection.close()
        raise
    return connection


def _open(server: MailServer, name: str) -> smtplib.SMTP:
    if server.security == "tls":
        trust = _trust(server)
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=server.timeout_seconds, context=trust)
    return smtplib.SMTP(server.host, server.port, name, timeout=server.timeout_seconds)


def _trust(server: MailServer) -> ssl.SSLContext:
    """Certificates are always checked, by the system's authorities or by an operator's own."""
    return ssl.create_default_context(cafile=server.ca_file)


def _hand_over(connection: smtplib.SMTP, mail: EmailMessage, sender: str, recipient: str) -> Outcome:
    try:
        code, reply = connection.mail(sender)
        if code // 100 != 2:
            return Postponed(f"of us as the sender, SMTP {code}: {_text(reply)}")  # says nothing of the recipient
        code, reply = connection.rcpt(recipient)
        if code // 100 == 2:
            code, reply = connection.docmd("DATA")
        if code != START_OF_DATA:
            return _refused(code, reply)
        connection.send(_LINE_DOT.sub(b"..", mail.as_bytes()).removesuffix(b"\r\n") + b"\r\n.\r\n")
    except (OSError, smtplib.SMTPException) as error:
        return Unreachable(f"mail server, before the message had left: {_said(error)}")
    return _answer(connection)


def _answer(connection: smtplib.SMTP) -> Outcome:
    try:
        code, reply = connection.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Interrupted(f"mail server, after the message had left: {_said(error)}")
    if code // 100 != 2:
        return _refused(code, reply)
    _take_leave(connection)
    return Accepted(f"SMTP {code}: {_text(reply)}")


def _take_leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        return  # the message is accepted; how the server says goodbye changes nothing


def _refused(code: int, reply: bytes) -> Outcome:
    detail = f"SMTP {code}: {_text(reply)}"
    permanent = code // 100 == 5 and code not in _OUR_FAULT
    return Rejected(detail, _text(reply).startswith(_NO_SUCH_MAILBOX)) if permanent else Postponed(detail)


def _said(error: Exception) -> str:
    match error:
        case smtplib.SMTPResponseException():
            code, reply = error.smtp_code, error.smtp_error
            return f"SMTP {code}: {_text(reply if isinstance(reply, bytes) else reply.encode())}"
        case _:
            return f"{type(error).__name__}: {error}"


def _text(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").split())

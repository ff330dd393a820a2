"""A mail server that keeps what comes, for demos and tests."""

from __future__ import annotations

import asyncio
import threading
from base64 import b64encode
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from time import monotonic
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from stancewatch.listener import LOOPBACK


@dataclass(frozen=True, slots=True)
class Mail:
    """One message with its envelope; `came_at` is on the monotonic clock."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    came_at: float = 0


def as_page(message: EmailMessage) -> str:
    """Return a message's HTML with its pictures inside, as a browser shows it; nothing where it has no HTML."""
    html = message.get_body(("html",))
    page = str(html.get_content()) if html is not None else ""
    for part in message.walk():
        if part["Content-ID"] and part.get_content_maintype() == "image":
            inside = f"data:{part.get_content_type()};base64,{b64encode(part.get_content()).decode()}"
            page = page.replace(f"cid:{part['Content-ID'].strip('<>')}", inside)
    return page


class MailSink:
    """Takes every message on a port of its own while its block runs."""

    def __init__(self, *, host: str = LOOPBACK, port: int = 0) -> None:
        self.host = host
        self._port = port
        self._mails: list[Mail] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def port(self) -> int:
        """The port in use."""
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def mails(self) -> tuple[Mail, ...]:
        """What came so far, in order."""
        return tuple(self._mails)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a message; the name is the one that aiosmtpd calls."""
        message = message_from_bytes(envelope.original_content or b"", EmailMessage, policy=default)
        self._mails.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message, monotonic()))
        return "250 kept"

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: SMTP(self, hostname="mail-sink"), self.host, self._port)

    async def _close(self) -> None:
        self._server.close()
        await self._server.wait_closed()

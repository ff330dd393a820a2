"""Receivers on loopback that record every arrival: a mail server and a web server."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What a mail server answers at each step, and the mail it took."""

    at_rcpt: str = "250 OK"
    at_data: str = "250 taken"
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str | None, tuple[str, ...]]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (the library's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.at_rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=default))
        self.envelopes.append((envelope.mail_from, tuple(envelope.rcpt_tos)))
        return self.at_data


class Server(ThreadingHTTPServer):
    """Holds as many callers waiting as may come at once; the library's five would send some away."""

    request_queue_size = 256


class MailServerOnLoopback(Controller):
    """The library's controller on a port that the system chooses."""

    def _create_server(self) -> Any:
        async def create() -> Any:
            server = await self.loop.create_server(
                self._factory_invoker, host=self.hostname, port=0, ssl=self.ssl_context
            )
            self.port = server.sockets[0].getsockname()[1]
            return server

        return create()


@contextmanager
def mail_server(mailbox: Mailbox) -> Iterator[int]:
    """Run a mail server on loopback; yield its port."""
    controller = MailServerOnLoopback(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@dataclass(frozen=True)
class Arrival:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Endpoint:
    """What a web server answers, how long it takes (on some paths longer), and every request that came."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"thanks"
    delay: float = 0
    delays: Mapping[str, float] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)


@contextmanager
def web_server(endpoint: Endpoint) -> Iterator[str]:
    """Run a web server on loopback; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            endpoint.arrivals.append(Arrival(self.path, headers, body))
            threading.Event().wait(endpoint.delays.get(self.path, endpoint.delay))
            self.send_response(endpoint.status)
            for name, value in endpoint.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(endpoint.answer)))
            self.end_headers()
            self.wfile.write(endpoint.answer)

        def log_message(self, *_: Any) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

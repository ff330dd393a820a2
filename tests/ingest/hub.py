"""A small WebSub hub on loopback: it takes requests, calls back as a test tells it to, and pushes signed bodies."""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx

Form = dict[str, str]


@dataclass
class Hub:
    """Where it listens, what it was asked, and how it behaves."""

    port: int = 0
    status: int = 202
    verifies: bool = True
    lease_seconds: int = 864_000
    location: str = ""
    asked: list[Form] = field(default_factory=list)
    verified: list[httpx.Response] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub"

    def verify(self, form: Form, **changed: str) -> httpx.Response:
        """Call back about a request, with some of what is said changed."""
        said = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": "ch<b>allenge"}
        said["hub.lease_seconds"] = str(self.lease_seconds)
        said |= {f"hub.{name}": value for name, value in changed.items()}
        return httpx.get(form["hub.callback"], params=said, trust_env=False)

    def push(self, body: bytes, *, secret: str | None = None, method: str = "sha256") -> httpx.Response:
        """Push to the latest subscriber; another secret makes the signature wrong, an empty method leaves it out."""
        form = self.asked[-1]
        mac = hmac.new((secret or form["hub.secret"]).encode(), body, getattr(hashlib, method or "sha1"))
        headers = {"X-Hub-Signature": f"{method}={mac.hexdigest()}"} if method else {}
        return httpx.post(form["hub.callback"], content=body, headers=headers, trust_env=False)


@contextmanager
def served_hub() -> Iterator[Hub]:
    """Serve a hub until the block ends."""
    hub = Hub()

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            if hub.location and self.path == "/hub":
                self._say(308, ("Location", hub.location))
                return
            hub.asked.append(form)
            if hub.verifies and 200 <= hub.status < 300:
                hub.verified.append(hub.verify(form))
            self._say(hub.status)

        def _say(self, status: int, *headers: tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", "0")):
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    hub.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()

"""The demo's stand-ins on real sockets: the origin of a feed that grows, and a sink that checks what webhooks bring.

`python -m stancewatch.sinks feed` and `python -m stancewatch.sinks webhook` run one of them until they are stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from standardwebhooks import Webhook, WebhookVerificationError

from shared.clock import iso_z, utc_now
from stancewatch.listener import LOOPBACK, Answer, Listener

ITEM = re.compile(rb"<item>.*?</item>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Call:
    """One POST that came: `verified` tells whether the signature was right, None where no secret was known."""

    at: datetime
    path: str
    webhook_id: str
    verified: bool | None
    body: Any


class SeedOrigin:
    """Serves a feed over HTTP with ETags; until it was read once it holds only its first entries."""

    def __init__(self, feed: bytes, *, host: str = LOOPBACK, port: int = 0, first: int = 2) -> None:
        self.feed = feed
        self.first = first
        self.polls = 0
        self._lock = threading.Lock()
        self._listener = Listener(host, port, get=self._answer)
        self.url = f"{self._listener.url}/feed.xml"

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.stop()

    def _answer(self, path: str, headers: dict[str, str]) -> Answer:
        if path != "/feed.xml":
            return Answer(200 if path == "/healthz" else 404)
        with self._lock:
            body = self.feed if self.polls else first_entries(self.feed, self.first)
            self.polls += 1
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if headers.get("if-none-match") == etag:
            return Answer(304, headers={"ETag": etag})
        return Answer(200, body, headers={"ETag": etag, "Content-Type": "application/rss+xml; charset=utf-8"})


class WebhookSink:
    """Takes POSTs as a receiver would: checks the signature of each where `secret` is known, and keeps them all."""

    def __init__(
        self,
        *,
        secret: Callable[[], str] = lambda: "",
        report: Callable[[Call], None] = lambda _: None,
        host: str = LOOPBACK,
        port: int = 0,
    ) -> None:
        self._secret = secret
        self._report = report
        self._calls: list[Call] = []
        self._listener = Listener(host, port, get=self._list, post=self._take)
        self.url = f"{self._listener.url}/hook"

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.stop()

    @property
    def calls(self) -> tuple[Call, ...]:
        """What came so far, in order."""
        return tuple(self._calls)

    def _take(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        secret = self._secret()
        verified = is_signed(body, headers, secret=secret) if secret else None
        call = Call(utc_now(), path, headers.get("webhook-id", ""), verified, as_json(body))
        self._calls.append(call)
        self._report(call)
        return Answer(401 if verified is False else 204)

    def _list(self, path: str, _: dict[str, str]) -> Answer:
        if path not in ("/", "/healthz"):
            return Answer(404)
        calls = json.dumps([plain(call) for call in self.calls]).encode()
        return Answer(200, calls, headers={"Content-Type": "application/json"})


def first_entries(feed: bytes, count: int) -> bytes:
    """Return an RSS feed with only its first entries, every other byte as it was."""
    later = [match.span() for match in ITEM.finditer(feed)][count:]
    for start, end in reversed(later):
        feed = feed[:start] + feed[end:]
    return feed


def is_signed(body: bytes, headers: dict[str, str], *, secret: str) -> bool:
    """Tell whether the call carries a right and fresh Standard Webhooks signature."""
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # the reference verifier stumbles over malformed headers
        return False
    return True


def as_json(body: bytes) -> Any:
    """Return what the body says, or its text where it is no JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def plain(call: Call) -> dict[str, Any]:
    """Return a call as JSON tells it."""
    seen = {"at": iso_z(call.at), "path": call.path, "webhook_id": call.webhook_id}
    return {**seen, "verified": call.verified, "body": call.body}


def main(arguments: list[str]) -> int:
    """Run one stand-in until SIGTERM or Ctrl-C."""
    asked = _parser().parse_args(arguments)
    stand_in: SeedOrigin | WebhookSink
    if asked.which == "feed":
        stand_in = SeedOrigin(asked.feed.read_bytes(), host=asked.host, port=asked.port)
    else:
        stand_in = WebhookSink(secret=_secret_of(asked.secret_file), report=_print, host=asked.host, port=asked.port)
    stopping = threading.Event()
    for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(kind, lambda *_: stopping.set())
    with stand_in:
        stopping.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stancewatch.sinks", description="One of the demo's stand-ins.")
    parser.add_argument("which", choices=("feed", "webhook"))
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--feed", type=Path, default=Path("seeds/feed.xml"))
    parser.add_argument("--secret-file", type=Path, help="the webhook's signing secret; looked at for every call")
    return parser


def _secret_of(file: Path | None) -> Callable[[], str]:
    return lambda: file.read_text(encoding="ascii").strip() if file and file.exists() else ""


def _print(call: Call) -> None:
    sys.stdout.write(json.dumps(plain(call)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

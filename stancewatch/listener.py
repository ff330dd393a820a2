"""A small HTTP server in a thread, for the stand-ins of demos and tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOOPBACK = "127.0.0.1"
LARGEST_CALL = 1_000_000  # bytes
WITHOUT_BODY = (204, 304)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Get = Callable[[str, dict[str, str]], Answer]
Post = Callable[[str, dict[str, str], bytes], Answer]


class Listener:
    """An HTTP server in a thread; the socket is bound at once, so that its address is known before it starts."""

    def __init__(self, host: str, port: int, *, get: Get, post: Post = lambda *_: Answer(405)) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(get, post))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.url = f"http://{host}:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(get: Get, post: Post) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 15

        def do_GET(self) -> None:
            self._send(get(self.path, self._asked()))

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdigit() or int(length) > LARGEST_CALL:
                self.close_connection = True
                self._send(Answer(413))
                return
            self._send(post(self.path, self._asked(), self.rfile.read(int(length))))

        def _asked(self) -> dict[str, str]:
            return {name.lower(): value for name, value in self.headers.items()}

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status not in WITHOUT_BODY:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing: what came is reported in full elsewhere."""

    return Handler

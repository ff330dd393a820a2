"""A small HTTP server on loopback whose answers a test writes as raw bytes."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answer = bytes | Callable[[socket.socket], None]


@dataclass
class Origin:
    """Where it listens, what it answers for each path, and the raw requests that came."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def answer(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """Write an answer with its true length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@contextmanager
def serve_raw() -> Iterator[Origin]:
    """Serve until the block ends; each connection carries one request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = Origin(listener.getsockname()[1])
        thread = threading.Thread(target=_accept, args=(listener, origin), daemon=True)
        thread.start()
        yield origin


def _accept(listener: socket.socket, origin: Origin) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_reply, args=(connection, origin), daemon=True).start()


def _reply(connection: socket.socket, origin: Origin) -> None:
    with connection:
        try:
            request = b""
            while b"\r\n\r\n" not in request and (part := connection.recv(65536)):
                request += part
            origin.requests.append(request)
            path = request.split(b" ")[1].decode().partition("?")[0]
            reply = origin.answers.get(path, answer(status="404 Not Found"))
            if callable(reply):
                reply(connection)
            else:
                connection.sendall(reply)
        except (OSError, IndexError):
            return

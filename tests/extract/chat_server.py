"""A chat endpoint on loopback that speaks the protocol over real HTTP, and misbehaves as a test asks it to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Asked = dict[str, Any]  # the question: figure, proposition, excerpts


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back, and after how many seconds."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    after: float = 0.0


Mind = Callable[[Asked], Reply]


@dataclass
class Endpoint:
    """Where it listens, how it thinks, and the bodies and headers of the requests that came."""

    url: str
    mind: Mind
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def asked(self) -> list[Asked]:
        return [json.loads(body["messages"][1]["content"]) for body in self.bodies]


def message(content: Any, tokens: int = 250) -> Reply:
    """A whole chat completion; what is no text is written as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    body = {"object": "chat.completion", "choices": [choice], "usage": {"total_tokens": tokens}}
    return Reply(200, json.dumps(body).encode())


def quoting(stance: str, words: str, *, own_words: bool = True) -> Mind:
    """Answers with a stance and a quote, from the excerpt that holds it, else from the first."""

    def answer(asked: Asked) -> Reply:
        number = next((one["number"] for one in asked["excerpts"] if words in one["text"]), 1)
        return message({"stance": stance, "excerpt": number, "quote": words, "own_words": own_words})

    return answer


SILENT = message({"stance": "none", "excerpt": 0, "quote": "", "own_words": False})


def always(reply: Reply) -> Mind:
    return lambda _: reply


@contextmanager
def chat_server(mind: Mind) -> Iterator[Endpoint]:
    """Serve until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1", mind)
    server.RequestHandlerClass = _handler(endpoint)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.bodies.append(body)
            endpoint.headers.append({name.lower(): value for name, value in self.headers.items()})
            on_path = self.path == "/v1/chat/completions"
            self._send(endpoint.mind(json.loads(body["messages"][1]["content"])) if on_path else Reply(404, b""))

        def do_GET(self) -> None:
            endpoint.headers.append({name.lower(): value for name, value in self.headers.items()})
            self._send(Reply(200, b'{"object": "list", "data": [{"id": "small-model"}]}'))

        def _send(self, reply: Reply) -> None:
            time.sleep(reply.after)
            try:
                self.send_response(reply.status)
                for name, value in (*reply.headers, ("Content-Length", str(len(reply.body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                return  # nobody waits any longer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler

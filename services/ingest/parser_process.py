"""Keeping a parser process at hand: a feed that kills it, or holds it too long, costs one answer and no worker."""

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock

from services.ingest.parser_wire import LENGTHS, Parsed, Question, unpack_answer, write_question
from services.ingest.values import NotAFeed, ParsedFeed, Sitemap

MOST_SECONDS = 20
PROJECT = Path(__file__).parents[2]


class ParserProcess:
    """A parser that threads may share; its process starts with the first feed and anew after one that killed it."""

    def __init__(self, *, most_seconds: float = MOST_SECONDS) -> None:
        self._most_seconds = most_seconds
        self._turn = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def parse(self, body: bytes, url: str, content_type: str) -> ParsedFeed | NotAFeed:
        """Read a feed document, or say why it cannot be read."""
        answer = self._ask(Question(url, content_type), body)
        assert not isinstance(answer, Sitemap)
        return answer

    def parse_sitemap(self, body: bytes, url: str) -> Sitemap | NotAFeed:
        """Read a sitemap or an index of sitemaps, or say why it cannot be read."""
        answer = self._ask(Question(url, "", is_sitemap=True), body)
        assert not isinstance(answer, ParsedFeed)
        return answer

    def _ask(self, question: Question, body: bytes) -> Parsed:
        with self._turn:
            child = self._running()
            assert child.stdin is not None
            try:
                write_question(child.stdin, question, body)
                return self._answer(child)
            except (BrokenPipeError, EOFError):
                return NotAFeed(_cause_of_death(self._end(patience=1)))
            except TimeoutError:
                self._end(patience=0)
                return NotAFeed(f"reading it takes more than {self._most_seconds:g} seconds")

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._end(patience=0)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end(patience=0)
            self._child = subprocess.Popen(
                [sys.executable, "-m", "services.ingest.parser_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a traceback would quote the feed
                cwd=PROJECT,
            )
        return self._child

    def _answer(self, child: subprocess.Popen[bytes]) -> Parsed:
        deadline = time.monotonic() + self._most_seconds
        kind, packed = LENGTHS.unpack(_read(child, LENGTHS.size, deadline))
        return unpack_answer(_read(child, kind, deadline), _read(child, packed, deadline))

    def _end(self, *, patience: float = 1) -> int:
        """End the process and return how it ended: below zero the signal, as `subprocess` says it."""
        child, self._child = self._child, None
        if child is None:
            return 0
        try:
            child.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            child.kill()
        with suppress(BrokenPipeError):
            child.communicate()
        return child.returncode


def _cause_of_death(code: int) -> str:
    if code == -signal.SIGXCPU:
        return "reading it takes too much computing time"
    return f"the parser died of it ({code})"


def _read(child: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert child.stdout is not None
    ready = select.poll()
    ready.register(child.stdout, select.POLLIN | select.POLLHUP)
    parts = bytearray()
    while len(parts) < size:
        if not ready.poll(max(0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        part = os.read(child.stdout.fileno(), size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)

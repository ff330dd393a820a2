"""Reading with a second pair of eyes: what the local reader finds worth asking about is put to a chat endpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from services.extract import chat_client
from services.extract.chat_answer import Understood, read_answer
from services.extract.chat_client import Access, Exchange, most_tokens
from services.extract.chat_pause import UNWELL
from services.extract.chat_question import Endpoint, Question, prompt_version, put_question
from services.extract.chat_weighing import together
from services.extract.reader import Reader
from services.extract.values import ArticleText, Passage, Reading, Watchlist
from shared.reader_words import ChatOutcome
from shared.web import Send

# Of one article: questions at most, and seconds after which no further one is asked. With one more timeout the worker
# stays well under the limit of its task.
MOST_QUESTIONS, MOST_SECONDS = 8, 30.0
NOT_ASKED = frozenset({ChatOutcome.PAUSED, ChatOutcome.OVER_BUDGET})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Standing:
    """What was spent today, and until when the endpoint is left alone."""

    tokens_today: int
    paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class Noted:
    """One question with what came of it, as it is kept; `seconds` is how long it took."""

    key: str
    model: str
    asked_at: datetime
    exchange: Exchange
    seconds: float = 0.0


class Notebook(Protocol):
    """Where questions and answers are kept, so that none is paid for twice and all are counted."""

    def known(self, key: str) -> str | None:
        """The message that came to a question before; nothing if none did."""
        ...

    def standing(self, now: datetime) -> Standing:
        """What may be asked now."""
        ...

    def keep(self, noted: Noted) -> None:
        """Keep a question and what came of it."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """How the endpoint is asked, and the tokens that a day may cost; 0 for no limit."""

    endpoint: Endpoint
    access: Access
    tokens_per_day: int


@dataclass(frozen=True, slots=True)
class ChatReader:
    """Reads as the local reader does, and asks for a second opinion where that one looked closely."""

    local: Reader
    terms: Terms
    send: Send
    notebook: Notebook
    clock: Callable[[], datetime]

    @property
    def version(self) -> str:
        return f"{self.local.version}-{prompt_version(self.terms.endpoint)}"

    def read(self, article: ArticleText, watchlist: Watchlist) -> Reading:
        """The local reading with the opinions that could be had; alone, where none could."""
        reading = self.local.read(article, watchlist)
        opinions = tuple(self._opinions(article, reading.passages[:MOST_QUESTIONS]))
        statements = together(reading.statements, opinions, reader=self.terms.endpoint.model)
        return replace(reading, statements=statements)

    def _opinions(self, article: ArticleText, passages: tuple[Passage, ...]) -> Iterator[tuple[Passage, Understood]]:
        """What the endpoint makes of each passage, until none is to be had or the time for one article is over."""
        began, refused = time.monotonic(), False
        for passage in passages:
            question = put_question(article, passage, self.terms.endpoint)
            content = self.notebook.known(question.key)
            if content is None and not refused and time.monotonic() - began < MOST_SECONDS:
                noted = self._ask(question, article, passage)
                self.notebook.keep(noted)
                refused = noted.exchange.outcome in UNWELL | NOT_ASKED
                content = noted.exchange.content or None
            if content is not None:
                understood = read_answer(content, article, passage)
                if isinstance(understood, Understood):
                    yield passage, understood

    def _ask(self, question: Question, article: ArticleText, passage: Passage) -> Noted:
        now, model = self.clock(), self.terms.endpoint.model
        standing = self.notebook.standing(now)
        if standing.paused_until is not None and now < standing.paused_until:
            return Noted(question.key, model, now, Exchange(ChatOutcome.PAUSED))
        if 0 < self.terms.tokens_per_day < standing.tokens_today + most_tokens(question):
            return Noted(question.key, model, now, Exchange(ChatOutcome.OVER_BUDGET))
        began = time.monotonic()
        exchange = chat_client.ask(question, self.terms.access, self.send)
        seconds = time.monotonic() - began
        if exchange.outcome is ChatOutcome.ANSWERED:
            understood = read_answer(exchange.content, article, passage)
            if isinstance(understood, ChatOutcome):
                exchange = replace(exchange, outcome=understood)
        log.info("chat_reader_asked", outcome=exchange.outcome, tokens=exchange.tokens, seconds=round(seconds, 2))
        return Noted(question.key, model, now, exchange, seconds)

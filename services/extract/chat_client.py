"""One exchange with an OpenAI-compatible chat endpoint: whatever it does, one of a few outcomes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from services.extract.chat_question import MOST_ANSWER_TOKENS, Question
from shared.reader_words import ChatOutcome
from shared.web import Answered, Limits, Outcome, Refused, Request, Send, TimedOut, TooLarge, Unreachable

LARGEST_ANSWER = 256 * 1024  # bytes; what was asked for takes less than one percent of it
CONNECT_SECONDS = 5.0
CHARACTERS_PER_TOKEN = 3  # of English rather four: where the endpoint does not count, we count too much
LONGEST_WAIT = 900.0  # seconds that an endpoint may ask us to stay away
MOST_TOKENS = 1_000_000
DENYING = frozenset({401, 402, 403, 404, 405})


@dataclass(frozen=True, slots=True)
class Access:
    """Where the endpoint is and how it is asked; `timeout` is that of the whole exchange."""

    url: str
    key: str
    timeout: float
    user_agent: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of asking: the message's text where one came, what it cost, and how long we are asked to wait."""

    outcome: ChatOutcome
    content: str = ""
    tokens: int = 0
    retry_after: float = 0.0


def ask(question: Question, access: Access, send: Send) -> Exchange:
    """Ask once; `ANSWERED` says only that a message came."""
    request = Request(f"{access.url.rstrip('/')}/chat/completions", "POST", headers_for(access), question.body)
    return _understood(send(request, limits_for(access)), question)


def headers_for(access: Access) -> tuple[tuple[str, str], ...]:
    """The headers of a request to the endpoint."""
    key = (("authorization", f"Bearer {access.key}"),) if access.key else ()
    return (("content-type", "application/json"), ("user-agent", access.user_agent), *key)


def limits_for(access: Access) -> Limits:
    """How long the endpoint may take and how much it may send; it may send us nowhere else."""
    return Limits(
        connect_seconds=min(CONNECT_SECONDS, access.timeout),
        read_seconds=access.timeout,
        total_seconds=access.timeout,
        body_bytes=LARGEST_ANSWER,
        redirects=0,
    )


def most_tokens(question: Question) -> int:
    """What a question may cost at most, as far as one can tell before it is asked."""
    return _estimate(question.body) + MOST_ANSWER_TOKENS


def _understood(outcome: Outcome, question: Question) -> Exchange:
    asked = _estimate(question.body)
    match outcome:
        case Answered(status=200):
            return _message(outcome.body, question)
        case Answered():
            return Exchange(_refusal(outcome.status), retry_after=_seconds(outcome.header("retry-after")))
        case TimedOut():
            return Exchange(ChatOutcome.TIMED_OUT, tokens=asked)  # it may have been read, and charged
        case TooLarge():
            return Exchange(ChatOutcome.NO_CHAT, tokens=asked)
        case Refused():
            return Exchange(ChatOutcome.REFUSED)
        case Unreachable():
            return Exchange(ChatOutcome.UNREACHABLE)


def _refusal(status: int) -> ChatOutcome:
    if status == 429:
        return ChatOutcome.BUSY
    if status >= 500:
        return ChatOutcome.SERVER_ERROR
    if status in DENYING:
        return ChatOutcome.DENIED
    return ChatOutcome.REJECTED if status >= 400 else ChatOutcome.NO_CHAT


def _message(body: bytes, question: Question) -> Exchange:
    """The first choice's message, as the protocol writes it."""
    try:
        answer = json.loads(body)
        content = answer["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return Exchange(ChatOutcome.NO_CHAT, tokens=_estimate(question.body))
    content = content if isinstance(content, str) else ""  # a refusal has none
    return Exchange(ChatOutcome.ANSWERED, content, _counted(answer, question, content))


def _counted(answer: dict[str, Any], question: Question, content: str) -> int:
    """What the endpoint says it took; our own estimate where it does not say, or nothing that can be."""
    usage = answer.get("usage")
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    if isinstance(total, int) and not isinstance(total, bool) and 0 < total <= MOST_TOKENS:
        return total
    return _estimate(question.body) + _estimate(content.encode("utf-8", "replace"))


def _estimate(text: bytes) -> int:
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def _seconds(written: str | None) -> float:
    """A Retry-After in seconds; a date, or what is no time to wait, says nothing."""
    try:
        seconds = float(written or "")
    except ValueError:
        return 0.0
    return min(seconds, LONGEST_WAIT) if math.isfinite(seconds) and seconds > 0 else 0.0

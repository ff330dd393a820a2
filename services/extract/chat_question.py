"""What the chat reader is asked: one figure, one issue, some stretches of one article, as the body of a request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal

from services.extract.values import ArticleText, Passage

Format = Literal["json_schema", "json_object", "text"]

# An answer has four short fields; a quote is a part of one sentence.
MOST_ANSWER_TOKENS = 400
SEED = 1
ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "stance": {"type": "string", "enum": ["favor", "against", "mixed", "none"]},
        "excerpt": {"type": "integer"},
        "quote": {"type": "string"},
        "own_words": {"type": "boolean"},
    },
    "required": ["stance", "excerpt", "quote", "own_words"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Which model is asked where, and in which form it is bound to answer."""

    url: str
    model: str
    form: Format


@dataclass(frozen=True, slots=True)
class Question:
    """A passage as it is asked about: the body to send, and the key under which the answer is kept.

    Two questions have one key only where they are the same to the letter, asked of the same model.
    """

    key: str
    body: bytes


def put_question(article: ArticleText, passage: Passage, endpoint: Endpoint) -> Question:
    """The question about one passage.

    The text goes as strings of a JSON document of its own, so that nothing that stands in it can end it.
    """
    asked = {
        "figure": {"name": passage.actor.name, "kind": passage.actor.kind.value},
        "proposition": passage.issue.proposition,
        "excerpts": [
            {"number": number, "text": _plain(article.text[span.start : span.end])}
            for number, span in enumerate(passage.stretches, start=1)
        ],
    }
    body = {
        "model": endpoint.model,
        "messages": [
            {"role": "system", "content": _instructions()},
            {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
        ],
        "temperature": 0,
        "seed": SEED,
        "max_tokens": MOST_ANSWER_TOKENS,
        "stream": False,
        **_bound_to(endpoint.form),
    }
    sent = json.dumps(body, ensure_ascii=False).encode()
    return Question(sha256(sent).hexdigest(), sent)


def prompt_version(endpoint: Endpoint) -> str:
    """Name what an answer depends on besides the question: the instructions, the form and the model."""
    parts = (_instructions(), json.dumps(ANSWER_SCHEMA), endpoint.form, endpoint.model)
    return sha256("\0".join(parts).encode()).hexdigest()[:12]


@cache
def _instructions() -> str:
    return files("services.extract.rules").joinpath("chat_reader.txt").read_text(encoding="utf-8").strip()


def _plain(text: str) -> str:
    """What no encoding can carry is replaced, a character by a character."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _bound_to(form: Format) -> dict[str, Any]:
    match form:
        case "json_schema":
            schema = {"name": "stance", "strict": True, "schema": ANSWER_SCHEMA}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case "json_object":
            return {"response_format": {"type": "json_object"}}
        case "text":
            return {}

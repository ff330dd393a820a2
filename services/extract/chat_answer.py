"""What the chat reader's answer may be: one object to the letter, its quote in the text, or nothing at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from services.extract.values import ArticleText, Passage, Span
from shared.reader_words import ChatOutcome
from shared.vocabulary import Stance

LONGEST_ANSWER, LONGEST_QUOTE, FEWEST_WORDS = 4_000, 800, 3  # characters, characters, words


class Answer(BaseModel):
    """The object that was asked for, and no other."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    stance: str
    excerpt: int
    quote: str
    own_words: bool


@dataclass(frozen=True, slots=True)
class Understood:
    """A stance, and the sentence of the article that holds the quote; none has no sentence."""

    stance: Stance
    evidence: Span | None
    own_words: bool


Read = Understood | ChatOutcome  # an outcome says why there is no stance


def read_answer(content: str, article: ArticleText, passage: Passage) -> Read:
    """Understand an answer, or say why it is dropped; whatever stands in it, nothing else can come of it."""
    answer = _parsed(content)
    if answer is None:
        return ChatOutcome.BAD_ANSWER
    stance = Stance(answer.stance)
    if stance is Stance.NONE:
        return Understood(stance, None, own_words=False)
    evidence = _quoted(answer, article, passage)
    return ChatOutcome.INVENTED_QUOTE if evidence is None else Understood(stance, evidence, answer.own_words)


def _parsed(content: str) -> Answer | None:
    if len(content) > LONGEST_ANSWER:
        return None
    try:
        answer = Answer.model_validate(json.loads(content, object_pairs_hook=_each_once))
    except (ValueError, ValidationError, RecursionError):
        return None
    return answer if answer.stance in set(Stance) else None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names a key twice says two things."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _quoted(answer: Answer, article: ArticleText, passage: Passage) -> Span | None:
    """The sentence, of those in which the figure may be heard, in which the quote begins and stands in full."""
    quote = answer.quote.strip()
    if not 1 <= answer.excerpt <= len(passage.stretches) or len(quote) > LONGEST_QUOTE:
        return None
    if len(quote.split()) < FEWEST_WORDS:
        return None
    stretch = passage.stretches[answer.excerpt - 1]
    for sentence in passage.sentences:
        inside = max(sentence.start, stretch.start), min(sentence.end, stretch.end)
        if inside[0] < inside[1] and article.text.find(quote, *inside) >= 0:
            return sentence
    return None

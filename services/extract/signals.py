"""Why words about an actor and an issue may show no current stance of that actor."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from spacy.tokens import Span, Token

from services.extract.lexicon import Lexicon

YEAR = re.compile(r"\b(?:in|back in|until)\s+(?:the\s+)?(?:19|20)\d\d\b", re.IGNORECASE)

# Asides that make a whole sentence hearsay.
HEARSAY = ("so the story goes", "the story goes", "rumour has it", "rumor has it", "word is", "the talk is")


class Signal(StrEnum):
    """What a stretch of text is, where it is no current stance."""

    SPECULATION = "speculation"
    PRESSURE = "pressure"
    ACCUSATION = "accusation"
    HISTORY = "history"
    QUESTION = "question"
    THIRD_PARTY = "third-party"


def has_phrase(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of the lower-case phrases stands in `text` as whole words."""
    return _pattern(phrases).search(text.lower().replace("’", "'")) is not None


def phrases_in(sent: Span, phrases: tuple[str, ...]) -> tuple[Span, ...]:
    """Where the phrases stand in a sentence."""
    found = _pattern(phrases).finditer(sent.text.lower().replace("’", "'"))
    spans = (sent.char_span(match.start(), match.end(), alignment_mode="expand") for match in found)
    return tuple(span for span in spans if span is not None)


def is_history(predicate: Token, lexicon: Lexicon) -> bool:
    """A stance told as past: past perfect, or a past tense with a phrase that sets it back ("in 2019", "once")."""
    if predicate.pos_ not in {"VERB", "AUX"}:
        above = next((token for token in predicate.ancestors if token.pos_ in {"VERB", "AUX"}), None)
        return above is not None and above.dep_ != "relcl" and is_history(above, lexicon)
    if any(child.dep_ == "agent" for child in predicate.children):
        return False
    if predicate.tag_ == "VBG" and not any(child.dep_ == "aux" for child in predicate.children):
        # A participle has no time of its own: it is told of the time of the verb above it.
        above = next((token for token in predicate.ancestors if token.pos_ == "VERB"), None)
        return above is not None and above.tag_ != "VBG" and is_history(above, lexicon)
    if any(child.lower_ == "had" and child.dep_ == "aux" for child in predicate.children):
        return True
    if (
        any(child.lower_ == "used" and child.dep_ == "aux" for child in predicate.children)
        or predicate.head.lower_ == "used"
    ):
        return True
    if predicate.tag_ not in {"VBD", "VBN"}:
        return False
    clause = clause_text(predicate)
    return YEAR.search(clause) is not None or has_phrase(clause, lexicon.history)


def is_speculation(predicate: Token, lexicon: Lexicon) -> bool:
    """A stance only thought possible: "may" on the predicate, or a phrase such as "is expected to"."""
    if any(child.dep_ == "aux" and child.lower_ in {"may", "might", "could"} for child in predicate.children):
        return True
    return has_phrase(clause_text(predicate), lexicon.speculation) or has_phrase(predicate.sent.text, HEARSAY)


def is_question(span: Span) -> bool:
    """A sentence that asks."""
    return span.text.rstrip(" \n\"'”’)").endswith("?")


def clause_text(predicate: Token) -> str:
    """The words of a predicate's clause without the clauses inside it that have predicates of their own."""
    inner = {
        grand.i
        for child in predicate.children
        if child.dep_ in {"ccomp", "xcomp", "advcl", "conj", "relcl", "parataxis"} and child.pos_ in {"VERB", "AUX"}
        for grand in child.subtree
    }
    return " ".join(token.text for token in predicate.subtree if token.i not in inner)


@lru_cache(maxsize=64)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(phrase) for phrase in longest_first) + r")(?!\w)")

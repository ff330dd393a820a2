"""Where a text that nobody has parsed may speak of an issue."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spacy.lang.en.stop_words import STOP_WORDS

from services.extract.issues import FAR, REACH, SALIENT, TrackedIssue, tells_of_it, with_terms
from services.extract.lexicon import load_lexicon
from services.extract.mentions import TELLING
from services.extract.names import straight
from services.extract.watched import Hit

SENTENCE_END = re.compile(r"[.!?][\"')]*\s+(?=[\"'(]?[A-Z])|\n")

Sentences = Mapping[int, Sequence[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Trail:
    """What an issue leaves in a text: the words of each of its terms, and the words of which two tell of it."""

    terms: tuple[tuple[str, ...], ...]
    telling: frozenset[str]
    heads: frozenset[str]


def lay_trail(tracked: TrackedIssue) -> Trail:
    """The trail of one issue."""
    words = with_terms(tracked, load_lexicon())
    weights = words.weights
    telling = (word for word, weight in weights.items() if weight >= TELLING and word not in STOP_WORDS)
    terms = tuple(term for term in tracked.terms if "-" not in term)  # each is there without its hyphens too
    return Trail(terms, frozenset(telling), words.heads)


def trail_words(trail: Trail) -> frozenset[str]:
    """Every word that a trail asks for."""
    return trail.telling.union(*trail.terms)


def near_issues(trails: Iterable[Trail], text: str, hits: Sequence[Hit]) -> tuple[int, ...]:
    """Where the sentences start in which an issue may be meant: those that tell of it and those within reach."""
    starts = [0, *(match.end() for match in SENTENCE_END.finditer(straight(text)))]
    sentences: dict[int, list[frozenset[str]]] = {}
    for at, stems in hits:
        sentences.setdefault(bisect_right(starts, at) - 1, []).append(stems)
    near = {number for trail in trails for number in _reached(trail, sentences)}
    return tuple(starts[number] for number in sorted(near) if number < len(starts))


def _reached(trail: Trail, sentences: Sentences) -> Iterable[int]:
    named = {number for number, hits in sentences.items() if _names(trail, hits)}
    hot = named | {number for number, hits in sentences.items() if _tells(trail, hits)}
    reach = FAR if len(named) >= SALIENT else REACH
    return (number + further for number in hot for further in range(reach + 1))


def _names(trail: Trail, hits: Sequence[frozenset[str]]) -> bool:
    words = frozenset[str]().union(*hits)
    return any(words.issuperset(term) for term in trail.terms)


def _tells(trail: Trail, hits: Sequence[frozenset[str]]) -> bool:
    return tells_of_it(frozenset[str]().union(*hits) & trail.telling, trail.heads)

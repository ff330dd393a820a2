"""Knows the word lists of the stance rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SIGNS: Mapping[str, int] = {"+": 1, "-": -1, "0": 0}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Signs by word: +1 for, -1 against, 0 neither; keys of predicates are `lemma` or `lemma_preposition`."""

    verbs: Mapping[str, int]
    nouns: Mapping[str, int]
    adjectives: Mapping[str, int]
    operators: Mapping[str, int]
    evaluations: Mapping[str, int]
    reports: frozenset[str]
    proxies: frozenset[str]
    placeholders: frozenset[str]
    hopes: frozenset[str]
    attitudes: frozenset[str]
    generic_actions: frozenset[str]
    authorities: frozenset[str]
    honorifics: frozenset[str]
    uncommitted: tuple[str, ...]
    speculation: tuple[str, ...]
    history: tuple[str, ...]
    divides: tuple[str, ...]


@cache
def load_lexicon() -> Lexicon:
    """The word lists under rules/, read once."""
    predicates = [line.split() for line in _lines("stance_predicates")]
    return Lexicon(
        verbs={word: SIGNS[sign] for part, word, sign in predicates if part == "verb"},
        nouns={word: SIGNS[sign] for part, word, sign in predicates if part == "noun"},
        adjectives={word: SIGNS[sign] for part, word, sign in predicates if part == "adj"},
        operators=_signed("operators"),
        evaluations=_signed("evaluations"),
        reports=frozenset(_lines("report_verbs")),
        proxies=frozenset(_lines("proxies")),
        placeholders=frozenset(_lines("placeholders")),
        hopes=frozenset(_lines("hope_verbs")),
        attitudes=frozenset(_lines("attitudes")),
        generic_actions=frozenset(_lines("generic_actions")),
        honorifics=frozenset(_lines("honorifics")),
        authorities=frozenset(_lines("authorities")),
        uncommitted=tuple(_lines("uncommitted")),
        speculation=tuple(_lines("speculation")),
        history=tuple(_lines("history")),
        divides=tuple(_lines("divides")),
    )


def _signed(name: str) -> dict[str, int]:
    return {word: SIGNS[sign] for sign, word in (line.split() for line in _lines(name))}


def _lines(name: str) -> Iterator[str]:
    text = files("services.extract").joinpath("rules", f"{name}.txt").read_text(encoding="utf-8")
    return (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))

"""Which paragraphs of an article deserve the parser."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from ahocorasick_rs import AhoCorasick, Implementation
from spacy.lang.en.stop_words import STOP_WORDS

from services.extract.issues import WITNESS_WORDS, TrackedIssue
from services.extract.names import straight
from services.extract.paragraphs import paragraphs
from services.extract.values import ArticleText, Figure, Span
from services.extract.words import stem

# Words of a proposition that tell less are in every other article.
TELLING = 0.7
# Paragraphs before a hot one (who is "she"?) and after it ("Roe said that ..."), and after it where the article keeps
# coming back to the issue; the lead introduces the people. Measured with benchmarks/attribution_gate.py: wider windows
# find no more statements, narrower ones lose them.
BEFORE, AFTER, LONG_AFTER, LEAD = 2, 6, 18, 2
SALIENT = 2
SENTENCE_END = re.compile(r"[.!?][\"'”’)]*\s|\n")
REST_OF_WORD = re.compile(r"[^\W_]*")

Ways = frozenset[frozenset[str]]
Found = Sequence[tuple[int, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Gate:
    """An automaton over all `words`; for each issue the ways to name it and to touch it in one sentence."""

    automaton: AhoCorasick
    words: tuple[str, ...]
    issues: tuple[tuple[Ways, Ways], ...]
    names: frozenset[str]


def build_gate(issues: Iterable[TrackedIssue], figures: Iterable[Figure]) -> Gate:
    """The gate of a watchlist: built once, used for every article."""
    ways = tuple((frozenset(map(frozenset, issue.terms)), frozenset(_pairs(issue))) for issue in issues)
    names = frozenset(straight(name).lower().split()[-1] for one in figures for name in (one.name, *one.aliases))
    words = tuple(sorted({word for pair in ways for some in pair for way in some for word in way} | names))
    return Gate(AhoCorasick(words, implementation=Implementation.DFA), words, ways, names)


def worth_reading(gate: Gate, article: ArticleText) -> frozenset[Span]:
    """Paragraphs that touch an issue the article names, with those that tell who speaks; none if it names none."""
    parts = paragraphs(article.text)
    found = _words_at(gate, _plain(article.text))
    sentences = _sentences(_plain(article.text), found)
    title = frozenset(word for _, words in _words_at(gate, _plain(article.title)) for word in words)
    wanted: set[int] = set()
    for named, touched in gate.issues:
        if _any_way(named, title) or any(_any_way(named, words) for _, words in sentences):
            hot = {_number(parts, at) for at, words in sentences if _any_way(named | touched, words)}
            wanted |= _around(hot)
    if not wanted:
        return frozenset()
    wanted |= {*range(LEAD), *(_number(parts, at) for at, words in found if words & gate.names)}
    return frozenset(part for number, part in enumerate(parts) if number in wanted)


def _pairs(issue: TrackedIssue) -> Iterator[frozenset[str]]:
    """As many telling words as make a sentence speak of the issue; two forms of one word count once."""
    telling = {word for word, weight in issue.proposition.weights.items() if weight >= TELLING}
    words = telling | {word for phrase in issue.terms for word in phrase if word not in STOP_WORDS}
    for some in combinations(sorted(words), WITNESS_WORDS):
        if not any(other.startswith(one) for one, other in combinations(some, 2)):
            yield frozenset(some)


def _plain(text: str) -> str:
    """The text in small letters, as long as it was; one with a capital whose small letter is longer ("İ") stays."""
    lower = straight(text).lower()
    return lower if len(lower) == len(text) else straight(text)


def _words_at(gate: Gate, plain: str) -> Found:
    """Where each watched word stands, whatever its ending."""
    found: dict[int, set[str]] = {}
    for number, start, end in gate.automaton.find_matches_as_indexes(plain, overlapping=True):
        if start == 0 or not plain[start - 1].isalnum():
            rest = REST_OF_WORD.match(plain, end)
            whole = plain[start : rest.end() if rest is not None else end]
            if gate.words[number] in _stems(whole):
                found.setdefault(start, set()).add(gate.words[number])
    return [(at, frozenset(words)) for at, words in sorted(found.items())]


def _sentences(plain: str, found: Found) -> Found:
    """The watched words of each sentence that has some, with where the first stands."""
    ends = [match.end() for match in SENTENCE_END.finditer(plain)]
    sentences: dict[int, tuple[int, set[str]]] = {}
    for at, words in found:
        sentences.setdefault(bisect_right(ends, at), (at, set()))[1].update(words)
    return [(at, frozenset(words)) for at, words in sentences.values()]


def _any_way(ways: Ways, words: frozenset[str]) -> bool:
    return any(way <= words for way in ways)


def _around(hot: set[int]) -> set[int]:
    after = LONG_AFTER if len(hot) >= SALIENT else AFTER
    return {near for number in hot for near in range(number - BEFORE, number + after + 1)}


@lru_cache(maxsize=50_000)
def _stems(word: str) -> frozenset[str]:
    """The word less one ending after another: "repealed", "repeal", "repe"."""
    found = {word}
    while (shorter := stem(word)) not in found:
        found.add(shorter)
        word = shorter
    return frozenset(found)


def _number(parts: Sequence[Span], at: int) -> int:
    return bisect_right(parts, at, key=lambda part: part.start) - 1

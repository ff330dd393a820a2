"""Which paragraphs of an article deserve the parser."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.language import Language

from services.extract.callings import Callings, call_words, named_at, read_callings
from services.extract.issues import TrackedIssue
from services.extract.paragraphs import paragraphs
from services.extract.trails import Trail, lay_trail, near_issues, trail_words
from services.extract.values import Figure, Span
from services.extract.watched import Watch, find_words, plain, watch

# An article as short as a wire story is read whole: there is little to save.
SHORT = 2_500
# Paragraphs before and after one that names a figure in which that figure may be heard: so far "she" looks back.
HEARD_BEFORE, HEARD_AFTER = 1, 2
# Paragraphs before one that is read: who "she" is, what "it" is.
BEFORE = 1


@dataclass(frozen=True, slots=True)
class Gate:
    """The words to watch for, what each issue leaves in a text, and what figures are called."""

    watched: Watch
    trails: tuple[Trail, ...]
    callings: Callings


def build_gate(issues: Iterable[TrackedIssue], figures: Sequence[Figure], *, nlp: Language) -> Gate:
    """The gate of a watchlist: built once, used for every article."""
    trails = tuple(map(lay_trail, issues))
    callings = read_callings(figures)
    words = call_words(callings).union(*map(trail_words, trails))
    return Gate(watch(words, nlp), trails, callings)


def worth_reading(gate: Gate, text: str) -> frozenset[Span]:
    """Paragraphs in which a figure may take a side on an issue, with what they need to be understood.

    None where the text names no figure or no issue.
    """
    hits = find_words(gate.watched, plain(text))
    named = named_at(gate.callings, text, hits)
    near = near_issues(gate.trails, text, hits) if named.surely else ()
    parts = paragraphs(text)
    if not near or len(text) < SHORT:
        return frozenset(parts if near else ())
    about = {_number(parts, at) for at in near}
    heard = {
        number + step
        for number in (_number(parts, at) for at in named.places)
        for step in range(-HEARD_BEFORE, HEARD_AFTER + 1)
    }
    core = about & heard
    wanted = {number - step for number in core for step in range(BEFORE + 1)}
    if core:
        wanted |= {0, *(_number(parts, at) for at in named.introductions)}
    return frozenset(part for number, part in enumerate(parts) if number in wanted)


def _number(parts: Sequence[Span], at: int) -> int:
    return bisect_right(parts, at, key=lambda part: part.start) - 1

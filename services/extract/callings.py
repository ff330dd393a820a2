"""Where a text that nobody has parsed may name figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.extract.people import typed_roles
from services.extract.principals import metonyms
from services.extract.titles import titles
from services.extract.values import Figure
from services.extract.watched import Hit, plain
from services.extract.words import stem
from shared.vocabulary import ActorKind

WORD_BEFORE = re.compile(r"([^\W\d_][\w'’.-]*)\s+$")
HYPHENS = re.compile(r"[-‐‑–]")
# Characters in which the word before a name stands.
BEFORE = 40


@dataclass(frozen=True, slots=True)
class Callings:
    """The last words of names as typed, those that stand in small letters, houses, first names; and all their words."""

    names: frozenset[str]
    roles: frozenset[str]
    houses: frozenset[str]
    first: frozenset[str]
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Named:
    """Where figures may be named, whether one surely is, and where names first stand or stand with a stranger's."""

    places: tuple[int, ...]
    surely: bool
    introductions: tuple[int, ...]


def read_callings(figures: Sequence[Figure]) -> Callings:
    """What a watchlist's figures may be called in a text."""
    typed = [(one, name) for one in figures for name in (one.name, *one.aliases) if name.strip()]
    last = [(stem(_parts(name)[-1]), name.split()[-1][0].isupper()) for _, name in typed]
    offices = {role for one in figures if one.kind is ActorKind.PERSON for role in typed_roles(one)}
    return Callings(
        frozenset(word for word, is_capital in last if is_capital),
        frozenset(word for word, is_capital in last if not is_capital),
        frozenset(plain(house) for house, office in metonyms().items() if office in offices),
        frozenset(stem(_parts(one.name)[0]) for one, _ in typed if one.kind is ActorKind.PERSON),
        frozenset(word for _, name in typed for word in (*plain(name).split(), *_parts(name))),
    )


def _parts(name: str) -> list[str]:
    """The words of a name, those of a double name apart: a stem has no hyphen, so "Ford-Leigh" is sought as "Leigh"."""
    return HYPHENS.sub(" ", plain(name)).split() or plain(name).split()


def call_words(callings: Callings) -> frozenset[str]:
    """Every word that may call a figure."""
    return callings.names | callings.roles | callings.houses | callings.first


def named_at(callings: Callings, text: str, hits: Iterable[Hit]) -> Named:
    """Where words stand that may call a figure; a first name alone makes nobody named."""
    sure = [(at, stems) for at, stems in hits if _calls(callings, text, at, stems)]
    first = [at for at, stems in hits if stems & callings.first and text[at].isupper()]
    places = sorted({*first, *(at for at, _ in sure)})
    return Named(tuple(places), bool(sure), tuple(_introductions(callings, text, sure)))


def _calls(callings: Callings, text: str, at: int, stems: frozenset[str]) -> bool:
    if stems & callings.names:
        return text[at].isupper()
    return bool(stems & (callings.roles | callings.houses))


def _introductions(callings: Callings, text: str, sure: Iterable[Hit]) -> Iterator[int]:
    """The first place of each name, and the first at which somebody else bears it ("Tom Ruiz")."""
    known: set[tuple[frozenset[str], bool]] = set()
    for at, stems in sure:
        key = stems & callings.names, _is_strangers(callings, text, at)
        if key not in known:
            known.add(key)
            yield at


def _is_strangers(callings: Callings, text: str, at: int) -> bool:
    before = WORD_BEFORE.search(text, max(0, at - BEFORE), at)
    if before is None or not before[1][0].isupper():
        return False
    word = plain(before[1])
    return word not in callings.own and word not in titles() and word.rstrip(".") not in titles()

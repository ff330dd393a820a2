"""Where watched words stand in a text that nobody has parsed, whatever their endings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from ahocorasick_rs import AhoCorasick, Implementation
from spacy.language import Language
from spacy.pipeline import Lemmatizer

from services.extract.names import straight
from services.extract.nlp import SURROGATES
from services.extract.words import stem

NONE: frozenset[str] = frozenset()
REST_OF_WORD = re.compile(r"[^\W_]*")

Hit = tuple[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Watch:
    """An automaton over the starts of words; `irregular` gives the stems of forms that do not start so ("built")."""

    automaton: AhoCorasick
    stems: frozenset[str]
    irregular: Mapping[str, frozenset[str]]


def watch(stems: Iterable[str], nlp: Language) -> Watch:
    """A watch for every form of the words with these stems."""
    wanted = frozenset(stems)
    irregular = {
        form: lemmas & wanted for form, lemmas in _irregular_forms(nlp).items() if not lemmas.isdisjoint(wanted)
    }
    starts = sorted({*wanted, *irregular} - {""})
    return Watch(AhoCorasick(starts, implementation=Implementation.DFA), wanted, irregular)


def plain(text: str) -> str:
    """The text in small letters and straight marks, as long as it was; a capital with a longer small letter stays."""
    whole = SURROGATES.sub("\ufffd", straight(text))
    lower = whole.lower()
    return lower if len(lower) == len(text) else "".join(map(_lower, whole))


def find_words(watched: Watch, text: str) -> Sequence[Hit]:
    """Where each watched word or phrase starts in a plain text, with the stems it may have; in order."""
    found: dict[int, frozenset[str]] = {}
    for _, start, end in watched.automaton.find_matches_as_indexes(text, overlapping=True):
        if start == 0 or not text[start - 1].isalnum():
            rest = REST_OF_WORD.match(text, end)
            whole = text[start : rest.end() if rest is not None else end]
            stems = (_stems(whole) | watched.irregular.get(whole, NONE)) & watched.stems
            if stems:
                found[start] = found.get(start, NONE) | stems
    return sorted(found.items())


def _irregular_forms(nlp: Language) -> Mapping[str, frozenset[str]]:
    """The stems of words whose forms follow no rule, as the model's lemmatizer knows them."""
    forms: dict[str, set[str]] = {}
    lemmatizer = cast(Lemmatizer, nlp.get_pipe("lemmatizer"))
    for table in lemmatizer.lookups.get_table("lemma_exc").values():
        for form, lemmas in table.items():
            forms.setdefault(form, set()).update(map(stem, lemmas))
    return {form: frozenset(stems) for form, stems in forms.items()}


def _lower(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else char


@lru_cache(maxsize=50_000)
def _stems(word: str) -> frozenset[str]:
    """The word less one ending after another: "repealed", "repeal", "repe"."""
    found = {word}
    while (shorter := stem(word)) not in found:
        found.add(shorter)
        word = shorter
    return frozenset(found)

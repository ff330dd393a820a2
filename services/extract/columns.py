"""The words of a document as columns: their stems, where each stem stands, and in which sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from services.extract.once import once
from services.extract.words import stem


@dataclass(frozen=True, slots=True)
class Columns:
    """Entries by token number, and token numbers by stem; `sentences` are half-open, in order."""

    stems: Sequence[str]
    places: Mapping[str, Sequence[int]]
    sentence: Sequence[int]
    sentences: Sequence[tuple[int, int]]


def columns(doc: Doc) -> Columns:
    """The columns of a document, made once."""
    return once(doc, "columns", lambda: _made(doc))


def _made(doc: Doc) -> Columns:
    stems = [stem(token.lemma_ or token.text) for token in doc]
    places: dict[str, list[int]] = {}
    for at, word in enumerate(stems):
        places.setdefault(word, []).append(at)
    sentences = [(sent.start, sent.end) for sent in doc.sents]
    number = [at for at, (start, end) in enumerate(sentences) for _ in range(start, end)]
    return Columns(stems, places, number, sentences)

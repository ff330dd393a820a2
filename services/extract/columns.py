"""The words of a document as columns: their stems, where each stem stands, and in which sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from services.extract.once import once
from services.extract.words import stem


@dataclass(frozen=True, slots=True)
class Columns:
    """Entries by token number, and token numbers by stem; `sentences` are half-open, in order.

    `forms` are the stems of the words as they stand: a lemma hangs on what the tagger took the word for ("dying").
    """

    stems: Sequence[str]
    forms: Sequence[str]
    places: Mapping[str, Sequence[int]]
    sentence: Sequence[int]
    sentences: Sequence[tuple[int, int]]


def columns(doc: Doc) -> Columns:
    """The columns of a document, made once."""
    return once(doc, "columns", lambda: _made(doc))


def _made(doc: Doc) -> Columns:
    stems = [stem(token.lemma_ or token.text) for token in doc]
    places: dict[str, list[int]] = {}
    forms = [stem(token.lower_) for token in doc]
    for at, (word, form) in enumerate(zip(stems, forms, strict=True)):
        places.setdefault(word, []).append(at)
        if form != word:
            places.setdefault(form, []).append(at)
    sentences = [(sent.start, sent.end) for sent in doc.sents]
    number = [at for at, (start, end) in enumerate(sentences) for _ in range(start, end)]
    return Columns(stems, forms, places, number, sentences)

"""spaCy's own pipeline over the pieces of one text, to the same end in half the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import cast

from spacy.language import Language
from spacy.pipeline import AttributeRuler, EntityRecognizer, Lemmatizer, Pipe
from spacy.tokens import Doc

from services.extract.recognizing import quick_recognizer
from services.extract.word_forms import word_forms

# Pieces that are annotated together, which bounds the memory that a long page takes.
BATCH = 64

Step = Callable[[Sequence[Doc]], object]


def annotate(texts: Iterable[str], nlp: Language) -> tuple[Doc, ...]:
    """What `nlp.pipe(texts)` gives, less the morphology, which nobody here asks for."""
    docs = tuple(nlp.make_doc(text) for text in texts)
    for at in range(0, len(docs), BATCH):
        for step in _steps(nlp):
            step(docs[at : at + BATCH])
    return docs


@lru_cache(maxsize=4)
def _steps(nlp: Language) -> tuple[Step, ...]:
    return tuple(_quickest([cast(Pipe, component) for _, component in nlp.pipeline]))


def _quickest(components: Sequence[Pipe]) -> Iterator[Step]:
    """The components in order; an attribute ruler and the lemmatizer after it are one step."""
    match components:
        case [AttributeRuler() as ruler, Lemmatizer() as lemmatizer, *rest] if forms := word_forms(ruler, lemmatizer):
            yield forms.annotate
        case [EntityRecognizer() as component, *rest] if recognizer := quick_recognizer(component):
            yield recognizer.annotate
        case [component, *rest]:
            yield _as_it_is(component)
        case _:
            return
    yield from _quickest(rest)


def _as_it_is(component: Pipe) -> Step:
    def annotated(docs: Sequence[Doc]) -> None:
        for _ in component.pipe(docs):
            pass

    return annotated

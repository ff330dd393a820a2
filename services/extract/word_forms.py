"""What spaCy's attribute ruler and lemmatizer make of a word, asked once for each word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from spacy.attrs import DEP, LEMMA, ORTH, POS, TAG
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc

# What a pattern may ask of a word for its answer to hang on the word alone.
ASKED = frozenset({"TAG", "LOWER", "DEP", "IS_SPACE"})
# Words remembered at most: more than the different words of a month's news.
MOST = 200_000

Word = tuple[int, int, int]  # its characters, tag and relation
Form = tuple[int, int, int, int]  # its tag, part of speech, lemma and relation


@dataclass(slots=True)
class WordForms:
    """The two components, the ruler's patterns of one word and of several, and what is known of words."""

    ruler: AttributeRuler
    lemmatizer: Lemmatizer
    of_one: AttributeRuler
    of_several: Matcher
    relations: frozenset[int]  # those that a pattern tells apart
    known: dict[Word, Form] = field(default_factory=dict)

    def annotate(self, docs: Iterable[Doc]) -> None:
        """Tag, part of speech and lemma of every word, as the two components would give them."""
        plain = []
        for doc in docs:
            if self.of_several(doc):
                self.lemmatizer(self.ruler(doc))
            else:
                plain.append((doc, doc.to_array([ORTH, TAG, DEP]).tolist()))
        self._learn(tuple(word) for _, words in plain for word in words)
        for doc, words in plain:
            forms = np.array([self.known[self._key(*word)] for word in words], dtype=np.uint64).reshape(-1, 4)
            forms[:, 3] = np.where(forms[:, 3] == 0, np.array(words, dtype=np.uint64).reshape(-1, 3)[:, 2], forms[:, 3])
            doc.from_array([TAG, POS, LEMMA, DEP], cast(Any, forms))  # spaCy's stubs know only thinc's arrays

    def _learn(self, words: Iterable[Word]) -> None:
        if len(self.known) > MOST:
            self.known.clear()
        new = {key: word for word in words if (key := self._key(*word)) not in self.known}
        if not new:
            return
        strings = self.ruler.vocab.strings
        orths, tags, deps = ([strings.as_string(each) for each in column] for column in zip(*new.values(), strict=True))
        doc = Doc(self.ruler.vocab, words=orths, tags=tags, deps=deps, heads=[*range(len(new))])
        self.lemmatizer(self.of_one(doc))
        for key, word, form in zip(new, new.values(), doc.to_array([TAG, POS, LEMMA, DEP]).tolist(), strict=True):
            tag, pos, lemma, relation = form
            self.known[key] = tag, pos, lemma, 0 if relation == word[2] else relation

    def _key(self, orth: int, tag: int, relation: int) -> Word:
        return orth, tag, relation if relation in self.relations else 0


def word_forms(ruler: AttributeRuler, lemmatizer: Lemmatizer) -> WordForms | None:
    """The forms by these components; none where a pattern asks for what does not hang on a word alone."""
    vocab = ruler.vocab
    rules = [(rule, pattern) for rule in cast(Sequence[dict[str, Any]], ruler.patterns) for pattern in rule["patterns"]]
    tokens = [token for _, pattern in rules for token in pattern]
    if not all(ASKED.issuperset(token) for token in tokens) or lemmatizer.overwrite:
        return None
    told = [*_told_relations(tokens)]
    if None in told:
        return None
    of_one, of_several = AttributeRuler(vocab, validate=False), Matcher(vocab, validate=False)
    for rule, pattern in rules:
        if len(pattern) == 1:
            of_one.add([pattern], rule["attrs"], rule["index"])
        else:
            of_several.add("several", [pattern])
    return WordForms(ruler, lemmatizer, of_one, of_several, frozenset(vocab.strings.add(name) for name in told if name))


def _told_relations(tokens: Sequence[Mapping[str, object]]) -> Iterator[str | None]:
    """The relations that patterns name; none for a pattern that names them otherwise."""
    for token in tokens:
        match token.get("DEP", ""):
            case str(name):
                yield name
            case {"IN": [*names]} | {"NOT_IN": [*names]}:
                yield from map(str, names)
            case _:
                yield None

"""Who stands behind a spokesperson, an office, a campaign or a house that speaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files

import yaml
from spacy.tokens import Doc, Token

from services.extract.once import text_of
from services.extract.roles import Person
from services.extract.sources import SUBJECTS, root_of

Actor = Callable[[Token], str | None]
BARE = frozenset({"spokesman", "spokeswoman", "spokesperson"})
FORMER = frozenset({"former", "ex", "one-time", "onetime"})


@cache
def spokespeople() -> frozenset[str]:
    """Nouns of those who speak for somebody else, from rules/spokespeople.txt."""
    lines = files("services.extract.rules").joinpath("spokespeople.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def metonyms() -> dict[str, str]:
    """The office that a house stands for, from rules/metonyms.yaml."""
    text = files("services.extract.rules").joinpath("metonyms.yaml").read_text("utf-8")
    return {str(house): str(office) for house, office in yaml.safe_load(text).items()}


def speaks_for(doc: Doc, actor: Actor) -> Iterator[tuple[Token, str]]:
    """Each "her office", "Jo Lee, a spokeswoman for Delgado": the word that speaks and its principal."""
    nouns = [noun for noun in doc if _is_spokesperson(noun) and not _is_former(noun)]
    principals = {noun.i: next(filter(None, map(actor, _candidates(noun))), None) for noun in nouns}
    for noun in nouns:
        principal = principals[noun.i]
        if principal is None and _is_bare_definite(noun):
            same = {principals[other.i] for other in nouns if other.lemma_ == noun.lemma_} - {None}
            principal = same.pop() if len(same) == 1 else None
        if principal is not None:
            yield noun, principal
            for person in _same_as(noun):
                yield person, principal


def _is_spokesperson(noun: Token) -> bool:
    if noun.pos_ not in {"NOUN", "PROPN"}:
        return False
    if noun.lemma_.lower() in spokespeople():
        return True
    if noun.lower_ not in _last_words():
        return False
    return any(noun.doc[max(0, noun.i - length) : noun.i + 1].text.lower() in spokespeople() for length in (1, 2))


@cache
def _last_words() -> frozenset[str]:
    return frozenset(phrase.split()[-1] for phrase in spokespeople())


def _candidates(noun: Token) -> Iterator[Token]:
    """Whose spokesperson: the stated principal, else who is spoken of, else whom the sentence before is about."""
    yield from _owners(noun)
    if not any(child.dep_ in {"poss", "amod", "prep"} or _is_other_noun(child) for child in noun.children):
        yield from _spoken_of(noun)
        yield from _subject_before(noun)


def _is_other_noun(child: Token) -> bool:
    return child.dep_ in {"compound", "nmod"} and child.pos_ == "NOUN"


def _subject_before(noun: Token) -> Iterator[Token]:
    start = root_of(noun).left_edge.i
    if start and "\n" not in noun.doc[start - 1].text and noun.lemma_.lower() in BARE:
        root = root_of(noun.doc[start - 1])
        yield from (child for child in root.children if child.dep_ in SUBJECTS)


def _spoken_of(noun: Token) -> Iterator[Token]:
    """Whom a spokesperson speaks of: "the senator is undecided, an aide said"."""
    if noun.dep_ == "nsubj":
        verb = noun.head
        said = [verb.head] if verb.dep_ == "parataxis" else [child for child in verb.children if child.dep_ == "ccomp"]
        yield from (word for clause in said for word in clause.children if word.dep_ == "nsubj" and word.i != noun.i)


def _is_bare_definite(noun: Token) -> bool:
    """ "the campaign", where the text has said whose."""
    return [child.lower_ for child in noun.children if not child.is_punct] == ["the"]


def _is_former(noun: Token) -> bool:
    return any(child.lower_ in FORMER for child in noun.lefts)


def houses(doc: Doc, people: Sequence[Person]) -> dict[int, str]:
    """Each "White House", by its last token, where exactly one person in the text or watchlist holds its office."""
    found: dict[int, str] = {}
    for house, office in metonyms().items():
        holders = {person.name for person in people if office in person.roles}
        if len(holders) != 1:
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(house)}(?!\w)", text_of(doc)):
            tokens = doc.char_span(*match.span())
            if tokens is not None:
                found[tokens.end - 1] = next(iter(holders))
    return found


def _owners(noun: Token) -> Iterator[Token]:
    """The words in "X's office", "the X campaign", "a spokesman for X", "Jo Lee of the X campaign"."""
    for child in noun.children:
        if child.dep_ in {"poss", "compound", "nmod"}:
            yield child
        elif child.dep_ == "prep" and child.lower_ in {"for", "of"}:
            for word in child.children:
                yield word
                yield from _owners(word)
    if noun.dep_ in {"compound", "nmod"}:
        yield from (child for child in noun.head.children if child.dep_ in {"compound", "poss"} and child.i < noun.i)


def _same_as(noun: Token) -> Iterator[Token]:
    """The name in apposition: "Jo Lee, a spokeswoman", "spokeswoman Jo Lee", "her spokeswoman, Jo Lee"."""
    if noun.dep_ in {"appos", "compound", "nmod"} and noun.head.pos_ == "PROPN":
        yield noun.head
    yield from (child for child in noun.children if child.dep_ == "appos" and child.pos_ == "PROPN")

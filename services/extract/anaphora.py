"""Which organisation "it" and "the company" stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from spacy.tokens import Doc, Token

from services.extract.cues import reporting_words
from services.extract.people import paragraph_numbers
from services.extract.quotes import Quote
from services.extract.reports import quote_at
from services.extract.sources import SUBJECTS, root_of

# "It" looks back over the paragraph and the one before.
REACH = 1
GENERIC = frozenset({"company", "firm", "group", "business", "organisation", "organization", "body"})


@cache
def organisation_nouns() -> frozenset[str]:
    """Nouns for an organisation, from rules/organisation_nouns.txt."""
    lines = files("services.extract.rules").joinpath("organisation_nouns.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def resolve_organisations(doc: Doc, named: Mapping[int, str], quotes: Sequence[Quote]) -> dict[int, str]:
    """Each "it" that says or wants something, and each "the company", where one organisation alone fits.

    `named` gives the organisation by the head token of its name.
    """
    paragraphs = paragraph_numbers(doc)
    seen: list[int] = []
    found: dict[int, str] = {}
    for token in doc:
        if token.i in named:
            seen.append(token.i)
        elif _goes_back(token) and quote_at(quotes, token.idx) is None:
            near = [at for at in seen[-12:] if paragraphs[token.i] - paragraphs[at] <= REACH]
            if (referent := _referent(doc, token, near, named)) is not None:
                found[token.i] = referent
    return found


def _goes_back(token: Token) -> bool:
    if token.lower_ == "it":
        return token.dep_ == "nsubj" and token.head.lemma_ in reporting_words()["verbs"]
    if token.lower_ not in organisation_nouns() or token.dep_ in {"compound", "appos", "attr"}:
        return False
    return [child.lower_ for child in token.children if not child.is_punct] == ["the"]


def _referent(doc: Doc, token: Token, near: Sequence[int], named: Mapping[int, str]) -> str | None:
    """The one whose name has the noun in it; for "it" and "the company" also the nearest subject, or the only one."""
    any_will_do = token.lower_ == "it" or token.lower_ in GENERIC
    for group in (_with_noun(near, token, named), *(_by_nearness(doc, near) if any_will_do else ())):
        actors = {named[at] for at in group}
        if actors:
            return actors.pop() if len(actors) == 1 else None
    return None


def _with_noun(near: Sequence[int], token: Token, named: Mapping[int, str]) -> list[int]:
    return [at for at in near if token.lower_ in named[at].lower().split()]


def _by_nearness(doc: Doc, near: Sequence[int]) -> Iterator[Sequence[int]]:
    """The subjects of each sentence, the nearest sentence first; then all."""
    groups: dict[int, list[int]] = {}
    for at in reversed(near):
        if doc[at].dep_ in SUBJECTS:
            groups.setdefault(root_of(doc[at]).i, []).append(at)
    yield from groups.values()
    yield near

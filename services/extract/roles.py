"""Which roles an article gives somebody, and where it calls somebody by a role alone."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.names import Name
from services.extract.titles import Gender, TitleKind, role_nouns
from services.extract.values import Figure, Watchlist

# A holder of the role, but not the one of today.
OTHER_HOLDERS = frozenset({"former", "previous", "late", "next", "deputy", "acting", "then", "future", "last", "ex"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in full, or a figure; `introduced` is the first such token, None if only short names occur.

    Where the gender is `guessed`, the first name alone tells it.
    """

    name: str
    words: tuple[str, ...]
    figure: Figure | None
    gender: Gender | None
    roles: frozenset[str]
    introduced: int | None
    guessed: bool = True


def roles_around(doc: Doc, name: Name) -> Iterator[str]:
    """Roles by title, apposition ("Jane Roe, the governor") or a noun before the name ("party leader Jane Roe")."""
    if name.title is not None and name.title.kind is not TitleKind.COURTESY and not _formerly(doc, name.start):
        yield name.title.says
    head = doc[name.end - 1]
    for child in head.children:
        is_noun = child.dep_ in {"appos", "compound", "nmod"} and child.pos_ in {"NOUN", "PROPN"}
        if is_noun and not name.start <= child.i < name.end:
            yield from _role(child)
    if head.dep_ in {"appos", "nmod"} and head.head.pos_ == "NOUN":
        yield from _role(head.head)
    if head.dep_ == "nsubj" and head.head.lemma_ == "be":
        for child in head.head.children:
            if child.dep_ == "attr":
                yield from _role(child)


def _formerly(doc: Doc, start: int) -> bool:
    """Whether "former" and the like stand among the three words before a name."""
    return any(token.lower_ in OTHER_HOLDERS for token in doc[max(0, start - 3) : start])


def role_mentions(doc: Doc, watchlist: Watchlist) -> Iterator[tuple[Token, str]]:
    """Each "the governor", and each "the ..." that the user typed, with its role; none of other times or places."""
    typed = {role for figure in watchlist.figures for role in _typed_roles(figure)}
    for token in doc:
        if token.pos_ not in {"NOUN", "PROPN"} or token.dep_ in {"compound", "attr", "appos"}:
            continue
        role = _phrase(token, typed | role_nouns())
        if role is not None and _is_definite(token) and _of_here_and_now(token):
            yield token, role


def holders_of(role: str, people: Iterable[Person], watchlist: Watchlist) -> frozenset[str]:
    """Who holds a role: those the text gives it to; else whom the user typed it for."""
    told = {person.name for person in people if role in person.roles and person.introduced is not None}
    typed = {figure.name for figure in watchlist.figures if any(_names(full, role) for full in _typed_roles(figure))}
    return frozenset(told or typed)


def _names(full: str, role: str) -> bool:
    """Whether "minister" may go back to "energy minister"; a "prime minister" is called that."""
    return full == role or (full.endswith(f" {role}") and full not in role_nouns())


def _typed_roles(figure: Figure) -> Iterator[str]:
    return (alias.lower().removeprefix("the ") for alias in figure.aliases if alias.lower().startswith("the "))


def _role(noun: Token) -> Iterator[str]:
    if any(child.lower_ in OTHER_HOLDERS for child in noun.lefts):
        return
    if (role := _phrase(noun, role_nouns())) is not None:
        yield role


def _phrase(noun: Token, roles: Container[str]) -> str | None:
    """ "minister" with the words before it that make it another role ("prime minister")."""
    for length in (2, 1, 0):
        words = noun.doc[max(0, noun.i - length) : noun.i + 1].text.lower()
        if words in roles:
            return words
    return None


def _is_definite(noun: Token) -> bool:
    return any(child.lower_ in {"the", "this"} for child in noun.lefts)


def _of_here_and_now(noun: Token) -> bool:
    if any(child.lower_ in OTHER_HOLDERS for child in noun.lefts):
        return False
    return not any(child.dep_ in {"prep", "relcl", "appos"} for child in noun.rights)

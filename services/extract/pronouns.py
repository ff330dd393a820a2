"""Whom "she", "his" and "him" stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.genders import PRONOUNS, Places, told_genders
from services.extract.people import paragraph_numbers
from services.extract.quotes import Quote
from services.extract.reports import quote_at
from services.extract.titles import Gender

SUBJECTS = frozenset({"nsubj", "nsubjpass"})
# A pronoun looks back over two paragraphs; further back the reader has lost the thread too.
REACH = 2
RECENT = 20


@dataclass(frozen=True, slots=True)
class Antecedent:
    """Somebody mentioned outside quotations; `who` tells unnamed people apart, `actor` is None for them."""

    token: Token
    sentence: int
    paragraph: int
    who: str
    actor: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before pronouns are read: actor by head token of a name or role, genders, unnamed people.

    Of the figures in `guessed` nothing but the first name tells the gender; `organisations` are head tokens in `named`.
    """

    named: Mapping[int, str]
    genders: Mapping[str, Gender | None]
    unnamed: Mapping[int, Gender | None]
    guessed: Set[str] = frozenset()
    organisations: Set[int] = frozenset()


def resolve_pronouns(doc: Doc, known: Known, quotes: Sequence[Quote]) -> dict[int, str | None]:
    """For each third-person pronoun outside quotations the actor it stands for; None when unsure or unnamed."""
    paragraphs, sentences = paragraph_numbers(doc), _sentence_numbers(doc)
    genders: dict[str, Gender | None] = {**known.genders, **{str(at): gender for at, gender in known.unnamed.items()}}
    people = {at: who for at, who in known.named.items() if at not in known.organisations}
    people |= {at: str(at) for at in known.unnamed}
    places = Places(sentences, paragraphs, REACH, quotes)
    genders = told_genders(doc, people, genders, known.guessed, places)
    seen: list[Antecedent] = []
    resolved: dict[int, str | None] = {}
    for token in doc:
        gender = PRONOUNS.get(token.lower_)
        who = str(token.i) if token.i in known.unnamed else known.named.get(token.i)
        if (who is None and gender is None) or quote_at(quotes, token.idx) is not None:
            continue
        actor = known.named.get(token.i)
        if gender is not None:
            near = [one for one in seen[-RECENT:] if paragraphs[token.i] - one.paragraph <= REACH]
            referent = _referent(token, gender, near, genders)
            resolved[token.i] = actor = referent.actor if referent is not None else None
            who = referent.who if referent is not None else None
        if who is not None:
            genders[who] = genders.get(who) or gender
            seen.append(Antecedent(token, sentences[token.i], paragraphs[token.i], who, actor))
    return resolved


def _referent(
    pronoun: Token, gender: Gender, near: Sequence[Antecedent], genders: Mapping[str, Gender | None]
) -> Antecedent | None:
    near = [one for one in near if not _same_clause(pronoun, one.token)]
    certain = [one for one in near if genders.get(one.who) is gender]
    for group in _by_nearness(certain or [one for one in near if genders.get(one.who) is None]):
        subjects = sorted((one for one in group if _is_subject(one.token)), key=lambda one: _depth(one.token))
        if subjects or len({one.who for one in group}) == 1:
            return subjects[0] if subjects else group[0]
        return None
    return None


def _by_nearness(near: Sequence[Antecedent]) -> list[list[Antecedent]]:
    groups: dict[int, list[Antecedent]] = {}
    for one in near:
        groups.setdefault(one.sentence, []).append(one)
    return [groups[number] for number in sorted(groups, reverse=True)]


def _depth(token: Token) -> int:
    depth = 0
    while token.head.i != token.i:
        token, depth = token.head, depth + 1
    return depth


def _same_clause(pronoun: Token, other: Token) -> bool:
    """Object and subject of one verb are two people ("she told her"); possessives are free."""
    return pronoun.head.i == other.head.i and pronoun.dep_ in {"dobj", "dative"} and other.dep_ in SUBJECTS


def _is_subject(token: Token) -> bool:
    return token.dep_ in SUBJECTS or (token.dep_ == "poss" and token.head.dep_ in SUBJECTS)


def _sentence_numbers(doc: Doc) -> tuple[int, ...]:
    numbers, number = [], -1
    for token in doc:
        number += bool(token.is_sent_start)
        numbers.append(number)
    return tuple(numbers)

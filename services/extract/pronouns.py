"""Whom "she", "his" and "him" stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.people import paragraph_numbers
from services.extract.quotes import Quote
from services.extract.reports import quote_at
from services.extract.titles import Gender

GENDERS = {
    "he": Gender.MALE,
    "him": Gender.MALE,
    "his": Gender.MALE,
    "himself": Gender.MALE,
    "she": Gender.FEMALE,
    "her": Gender.FEMALE,
    "hers": Gender.FEMALE,
    "herself": Gender.FEMALE,
}
SUBJECTS = frozenset({"nsubj", "nsubjpass"})
# A pronoun looks back over two paragraphs; further back the reader has lost the thread too.
REACH = 2
RECENT = 20


@dataclass(frozen=True, slots=True)
class Antecedent:
    """Somebody mentioned outside quotations at `doc[at]`."""

    at: int
    sentence: int
    paragraph: int
    subject: bool
    actor: str


def resolve_pronouns(
    doc: Doc, named: Mapping[int, str], genders: Mapping[str, Gender | None], quotes: Sequence[Quote]
) -> dict[int, str | None]:
    """For each third-person pronoun outside quotations the actor it stands for, None when two fit equally well.

    `named` gives the actor by the head token of each name.
    """
    paragraphs, sentences = paragraph_numbers(doc), _sentence_numbers(doc)
    known = dict(genders)
    seen: list[Antecedent] = []
    resolved: dict[int, str | None] = {}
    for token in doc:
        actor = named.get(token.i)
        gender = GENDERS.get(token.lower_)
        if quote_at(quotes, token.idx) is not None or (actor is None and gender is None):
            continue
        if gender is not None:
            near = [one for one in seen[-RECENT:] if paragraphs[token.i] - one.paragraph <= REACH]
            actor = resolved[token.i] = _referent(token, gender, near, known)
            if actor is not None and known.get(actor) is None:
                known[actor] = gender
        if actor is not None:
            seen.append(Antecedent(token.i, sentences[token.i], paragraphs[token.i], _is_subject(token), actor))
    return resolved


def _referent(
    pronoun: Token, gender: Gender, near: Sequence[Antecedent], genders: Mapping[str, Gender | None]
) -> str | None:
    near = [one for one in near if not _same_clause(pronoun, pronoun.doc[one.at])]
    certain = [one for one in near if genders.get(one.actor) is gender]
    for group in _by_nearness(certain or [one for one in near if genders.get(one.actor) is None]):
        subjects = [one for one in group if one.subject]
        actors = {one.actor for one in subjects or group}
        if len(actors) == 1:
            return actors.pop()
        return subjects[-1].actor if subjects else None
    return None


def _by_nearness(near: Sequence[Antecedent]) -> list[list[Antecedent]]:
    groups: dict[int, list[Antecedent]] = {}
    for one in near:
        groups.setdefault(one.sentence, []).append(one)
    return [groups[number] for number in sorted(groups, reverse=True)]


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

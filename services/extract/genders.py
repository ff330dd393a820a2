"""Of which gender an article shows somebody to be, by its pronouns before the first name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence, Set
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.quotes import Quote
from services.extract.reports import quote_at
from services.extract.titles import Gender

PRONOUNS = {
    "he": Gender.MALE,
    "him": Gender.MALE,
    "his": Gender.MALE,
    "himself": Gender.MALE,
    "she": Gender.FEMALE,
    "her": Gender.FEMALE,
    "hers": Gender.FEMALE,
    "herself": Gender.FEMALE,
}
# "Roe said he" is nearly always of Roe; "Roe praised her plan" may be of another. A first name tells as much as that.
SUBJECT, OTHER, FIRST_NAME = 2, 1, 1
# Who decides one pronoun helps to decide the next.
ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Places:
    """The sentence and paragraph of every token, how many paragraphs a pronoun looks back, and the quotations."""

    sentences: Sequence[int]
    paragraphs: Sequence[int]
    reach: int
    quotes: Sequence[Quote]


@dataclass(frozen=True, slots=True)
class _Seen:
    who: str
    token: Token


def told_genders(
    doc: Doc,
    people: Mapping[int, str],
    genders: Mapping[str, Gender | None],
    guessed: Set[str],
    places: Places,
) -> dict[str, Gender | None]:
    """`genders` with those of `guessed`, which a first name alone tells, put right where the pronouns are of one mind.

    A pronoun tells where it can be of one person only; `people` gives them by the head token of a name or role.
    """
    told = {who: gender for who, gender in genders.items() if who not in guessed}
    pronouns = [token for token in doc if token.lower_ in PRONOUNS and quote_at(places.quotes, token.idx) is None]
    outside = [_Seen(who, doc[at]) for at, who in sorted(people.items()) if _counts(doc[at], people, places.quotes)]
    votes: Counter[tuple[str, Gender]] = Counter()
    for _ in range(ROUNDS):
        votes = _votes(pronouns, outside, told, guessed, places)
        decided = {who: _decided(who, votes, None) for who in guessed}
        told |= {who: gender for who, gender in decided.items() if gender is not None}
    return {**genders, **{who: _decided(who, votes, genders.get(who)) for who in guessed}}


def _counts(token: Token, people: Container[int], quotes: Sequence[Quote]) -> bool:
    """Whether somebody stands here outside quotations, and not beside the name of the same person ("Roe, a Tory")."""
    return quote_at(quotes, token.idx) is None and not (token.dep_ == "appos" and token.head.i in people)


def _votes(
    pronouns: Sequence[Token],
    people: Sequence[_Seen],
    told: Mapping[str, Gender | None],
    guessed: Set[str],
    places: Places,
) -> Counter[tuple[str, Gender]]:
    votes: Counter[tuple[str, Gender]] = Counter()
    before = 0
    for pronoun in pronouns:
        gender = PRONOUNS[pronoun.lower_]
        while before < len(people) and people[before].token.i < pronoun.i:
            before += 1
        who = _only(pronoun, people[max(0, before - 20) : before], gender, told, places)
        if who in guessed and who is not None:
            votes[who, gender] += SUBJECT if pronoun.dep_ in {"nsubj", "nsubjpass"} else OTHER
    return votes


def _only(
    pronoun: Token, before: Sequence[_Seen], gender: Gender, told: Mapping[str, Gender | None], places: Places
) -> str | None:
    """The one person whom a pronoun may be of, in its sentence or else in what it looks back over."""
    fitting = [one for one in before if told.get(one.who) in {None, gender}]
    here = {one.who for one in fitting if places.sentences[one.token.i] == places.sentences[pronoun.i]}
    paragraph = places.paragraphs[pronoun.i]
    near = here or {one.who for one in fitting if paragraph - places.paragraphs[one.token.i] <= places.reach}
    return near.pop() if len(near) == 1 else None


def _decided(who: str, votes: Mapping[tuple[str, Gender], int], first: Gender | None) -> Gender | None:
    """The gender that most of the pronouns and the first name tell; where they are even, the first name."""
    weight = {gender: votes.get((who, gender), 0) + FIRST_NAME * (gender is first) for gender in Gender}
    most = max(weight.values())
    best = [gender for gender in Gender if weight[gender] == most]
    return best[0] if len(best) == 1 else first

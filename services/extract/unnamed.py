"""Who is spoken of without a name: "a driver", "one resident", "her deputy"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from spacy.tokens import Doc, Token

from services.extract.titles import Gender

ENDINGS = {"woman": Gender.FEMALE, "man": Gender.MALE, "person": None}
INTRODUCING = frozenset({"a", "an", "one", "another"})


@cache
def person_nouns() -> Mapping[str, Gender | None]:
    """Gender by noun, from rules/person_nouns.txt."""
    found: dict[str, Gender | None] = {}
    gender: Gender | None = None
    for line in files("services.extract.rules").joinpath("person_nouns.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            gender = {"[female]": Gender.FEMALE, "[male]": Gender.MALE}.get(line)
        elif not line.startswith("#"):
            found.update(dict.fromkeys(line.split(), gender))
    return found


def unnamed_people(doc: Doc) -> Iterator[tuple[Token, Gender | None]]:
    """Nouns that bring in somebody new, or go back to somebody so brought in, with the gender they tell."""
    introduced: set[str] = set()
    for token in doc:
        if token.tag_ != "NN" or not (is_person := _tells(token)):
            continue
        if _introduces(token):
            introduced.add(token.lower_)
        if token.lower_ in introduced:
            yield token, is_person[0]


def _tells(noun: Token) -> tuple[Gender | None, ...]:
    """The gender, which may be unknown, of a noun for a person; nothing for any other."""
    for ending, gender in ENDINGS.items():
        if noun.lower_.endswith(ending):
            return (gender,)
    return (person_nouns()[noun.lower_],) if noun.lower_ in person_nouns() else ()


def _introduces(noun: Token) -> bool:
    return any(child.lower_ in INTRODUCING or child.dep_ == "poss" for child in noun.lefts)

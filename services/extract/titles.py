"""What titles and first names say of a person: gender and role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


class TitleKind(StrEnum):
    COURTESY = "courtesy"
    OFFICE = "office"
    PROFESSION = "profession"


@dataclass(frozen=True, slots=True)
class Title:
    """A title as written before a name; `says` is a gender for a courtesy title and a role for the others."""

    kind: TitleKind
    says: str


@cache
def titles() -> Mapping[str, Title]:
    """Titles by their lower-case words, from rules/titles.txt."""
    found: dict[str, Title] = {}
    for section, line in _sections("titles.txt"):
        words, _, says = line.partition(": ")
        found[words] = Title(TitleKind(section), says)
    return found


@cache
def first_names() -> Mapping[str, Gender]:
    """Gender by lower-case first name, from rules/first_names.txt."""
    return {name: Gender(section) for section, line in _sections("first_names.txt") for name in line.split()}


@cache
def role_nouns() -> frozenset[str]:
    """The roles that titles name: "governor", "prime minister"."""
    return frozenset(title.says for title in titles().values() if title.kind is not TitleKind.COURTESY)


def gender_of(words: Sequence[str]) -> Gender | None:
    """The gender that a full name's first word tells."""
    return first_names().get(words[0].lower()) if len(words) > 1 else None


def _sections(name: str) -> tuple[tuple[str, str], ...]:
    section, lines = "", []
    for line in files("services.extract.rules").joinpath(name).read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            lines.append((section, line))
    return tuple(lines)

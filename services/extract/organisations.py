"""Which names of an article are the same organisation."""

from __future__ import annotations

from collections.abc import Sequence

from services.extract.names import Name
from shared.vocabulary import ActorKind

SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "&"})


def name_organisations(names: Sequence[Name]) -> dict[int, str]:
    """For each organisation's name, by its first token, the fullest name the text gives ("DHS" is spelled out)."""
    organisations = [name for name in names if name.kind is ActorKind.ORGANISATION]
    spelled: dict[str, str] = {}
    for name in organisations:
        full = name.figure.name if name.figure is not None else _plain(name.words)
        if len(name.words) > 1 and (initials := _initials(name.words)):
            spelled.setdefault(initials, full)
    return {name.start: _called(name, spelled) for name in organisations}


def _called(name: Name, spelled: dict[str, str]) -> str:
    if name.figure is not None:
        return name.figure.name
    plain = _plain(name.words)
    return spelled.get(plain.replace(".", ""), plain)


def _plain(words: Sequence[str]) -> str:
    return " ".join(words[1:] if len(words) > 1 and words[0].lower() == "the" else words)


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words if word.lower() not in SMALL_WORDS and word[0].isupper())

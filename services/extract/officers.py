"""Which persons of an article speak for an organisation because they hold an office in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.extract.actors import Cast
from shared.vocabulary import ActorKind

OFFICE = re.compile(
    r"\b(?:chief executive|chairm[ae]n|chairwoman|chair|[a-z]+ director|director general|founder|general secretary|boss"
    r"|CEO|spokes\w+|general counsel|managing director|press officer)\b"
)
# Characters beside a name in which its office stands; before it in which the organisation is named (a paragraph).
BESIDE, BEFORE = 60, 500


def find_officers(text: str, cast: Cast) -> Mapping[str, str]:
    """The organisation each officer speaks for: the one named beside the office, else the one named last before it."""
    kinds = {actor.name: actor.kind for actor in cast.actors}
    found: dict[str, str] = {}
    organisations: list[tuple[int, str]] = []
    for mention in cast.mentions:
        name = mention.actor
        if name is None:
            continue
        if kinds.get(name) is ActorKind.ORGANISATION:
            organisations.append((mention.span.start, name))
        elif name not in found and organisations and _holds_office(text, mention.span.start, mention.span.end):
            start, organisation = organisations[-1]
            if mention.span.start - start < BEFORE:
                found[name] = organisation
    return found


def _holds_office(text: str, start: int, end: int) -> bool:
    """An office right before the name ("chief executive Jo Lee") or set off after it ("Jo Lee, its chairman,")."""
    before = re.split(r"[.;:!?”\"\n]", text[max(0, start - BESIDE) : start])[-1]
    after = re.match(r",([^,.;\n]{0,60})", text[end : end + BESIDE])
    title = OFFICE.search(before)
    return (title is not None and not before[title.end() :].strip(" ,")) or (
        after is not None and bool(OFFICE.search(after[1]))
    )

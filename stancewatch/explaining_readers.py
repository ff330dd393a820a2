"""Which reader saw what in the statements of a timeline, where a chat reader was asked."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from services.extract.chat_queries import ReadBy, read_by
from services.extract.explain import Explanation
from shared.reader_words import FoundBy
from shared.transaction import Read
from stancewatch.output import printable
from stancewatch.story import heading


def readers_of(read: Read, found: Explanation) -> Mapping[int, ReadBy]:
    """Return, by statement, what each reader made of it; only where the chat reader had an opinion."""
    with read() as session:
        known = read_by(session, [one.statement_id for one in found.statements])
    return {number: readers for number, readers in sorted(known.items()) if readers.opinion is not None}


def readers_story(readers: Mapping[int, ReadBy]) -> Iterator[Text]:
    """Say of each such statement what the one and the other reader saw."""
    if readers:
        yield heading(f"Read by two ({len(readers)})")
    for number, one in readers.items():
        assert one.opinion is not None
        here = one.stance.value if one.found_by is FoundBy.LOCAL else "nothing"
        there = f"{one.opinion.reader}: {one.opinion.stance.value}"
        agreed = one.found_by is FoundBy.LOCAL and one.opinion.stance is one.stance
        verdict = "agreed" if agreed else "found by the chat reader alone" if here == "nothing" else "disputed"
        yield Text(printable(f"statement {number}  here: {here}; {there}; {verdict}"))


def reader_lines(readers: Mapping[int, ReadBy]) -> Iterator[dict[str, Any]]:
    """Write the same for other programs."""
    for number, one in readers.items():
        assert one.opinion is not None
        chat = {"model": one.opinion.reader, "stance": one.opinion.stance.value}
        yield {"type": "read_by", "statement": number, "found_by": one.found_by.value, "chat": chat}

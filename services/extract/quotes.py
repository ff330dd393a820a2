"""Where a text's quotation marks open and close."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.extract.paragraphs import paragraphs
from services.extract.values import Span

SINGLE_OPENS = r"(?<![^\s(\[—-])['‘](?=[^\W\d])"
# After a full stop or comma, or after a word that is no plural possessive ("the workers' pay").
SINGLE_CLOSES = r"(?<=[.,!?…])['’](?=[\s,.;:)]|$)|(?<=[^\W_sS])['’](?=[\s,.;:)]|$)"
MARKS = re.compile(r"[“”„\"«»]|``|''|’’|‘‘|" + SINGLE_OPENS + "|" + SINGLE_CLOSES)
OPENING = frozenset("“„«‘") | {"``", "‘‘"}
CLOSING = frozenset("”»’") | {"’’"}
SINGLE = frozenset("‘’'")


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words with their marks; `continued` when the paragraph before left the quotation open."""

    span: Span
    closed: bool
    continued: bool


def find_quotes(text: str) -> tuple[Quote, ...]:
    """Quotations in order; each ends with its paragraph at the latest, and none holds another."""
    found: list[Quote] = []
    running = False
    for paragraph in paragraphs(text):
        quotes = list(_quotes_in(text, paragraph, running=running))
        running = bool(quotes) and not quotes[-1].closed
        found += quotes
    return tuple(found)


def _quotes_in(text: str, paragraph: Span, *, running: bool) -> Iterator[Quote]:
    end = paragraph.start + len(text[paragraph.start : paragraph.end].rstrip())
    first = True
    opened: re.Match[str] | None = None
    for mark in MARKS.finditer(text, paragraph.start, end):
        if opened is None:
            if _opens(text, mark):
                opened = mark
        elif _closes(opened.group(), mark.group()):
            continued = running and first and opened.start() == paragraph.start
            yield Quote(Span(opened.start(), mark.end()), closed=True, continued=continued)
            opened, first = None, False
    if opened is not None and opened.group() not in SINGLE:
        continued = running and first and opened.start() == paragraph.start
        yield Quote(Span(opened.start(), end), closed=False, continued=continued)


def _opens(text: str, mark: re.Match[str]) -> bool:
    if mark.group() in CLOSING:
        return False
    return mark.group() in OPENING or mark.end() >= len(text) or not text[mark.end()].isspace()


def _closes(opening: str, mark: str) -> bool:
    """A single mark closes only a single one; of the double ones any that does not open will do."""
    if opening in SINGLE or mark in SINGLE:
        return opening in SINGLE and mark in SINGLE and mark != "‘"
    return mark not in OPENING

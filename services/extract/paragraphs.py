"""Where a text's paragraphs lie, cut small enough for a parser."""

from collections.abc import Iterator

from services.extract.values import Span

# A sentence of 40 lines is no sentence: what is longer comes from a page that lost its line breaks.
PIECE_LIMIT = 3_000


def paragraphs(text: str) -> tuple[Span, ...]:
    """Paragraphs as spans that together cover `text`; each keeps the blank lines after it."""
    found: list[Span] = []
    start = at = 0
    blank_seen = False
    for line in text.split("\n"):
        blank = not line.strip()
        if blank_seen and not blank:
            found.append(Span(start, at))
            start = at
        blank_seen = blank
        at += len(line) + 1
    if start < len(text):
        found.append(Span(start, len(text)))
    return tuple(found)


def pieces(text: str, paragraph: Span, *, limit: int = PIECE_LIMIT) -> Iterator[Span]:
    """The paragraph in one piece, or in pieces of at most `limit` characters cut after a sentence or a space."""
    start = paragraph.start
    while paragraph.end - start > limit:
        window = text[start : start + limit]
        cut = max(window.rfind(mark) + len(mark) for mark in (". ", ".” ", '." ', "\n"))
        cut = cut if cut > limit // 2 else window.rfind(" ") + 1
        end = start + (cut if cut > 0 else limit)
        yield Span(start, end)
        start = end
    if start < paragraph.end:
        yield Span(start, paragraph.end)

"""Turning a stranger's HTML into paragraphs of plain text, and a stranger's text into something that can be stored."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3

from services.ingest.nesting import is_too_deep
from services.ingest.word_lists import words

MOST_CHARACTERS = 1_000_000
MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]+\d*);")
EMBEDDED = ("audio", "iframe", "noscript", "object", "video")
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
# C0 and C1 controls but for line breaks and tabs, marks that turn the direction of text, the byte order mark,
# lone surrogates and non-characters: none of them can be seen, and some databases refuse them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def paragraphs_of(content: str) -> tuple[str, ...]:
    """Return the paragraphs of HTML, or of plain text with blank lines between them, whitespace made single."""
    kept = clean(content[:MOST_CHARACTERS])
    if not MARKUP.search(kept):
        return tuple(filter(None, map(single_spaced, BLANK_LINE.split(kept))))
    if is_too_deep(kept):
        return tuple(filter(None, [single_spaced(unescape(MARKUP.sub(" ", kept)))]))
    reader = _ParagraphReader()
    reader.feed(
        nh3.clean(
            _unswallowed(kept),
            tags=set(words("html_blocks") | {"br"}),
            clean_content_tags=set(words("html_unread")),
            attributes={},
            link_rel=None,
        )
    )
    reader.close()
    return reader.paragraphs()


def one_line(content: str) -> str:
    """Return HTML or text as one line of plain text."""
    return " ".join(paragraphs_of(content))


def single_spaced(text: str) -> str:
    """Make every run of whitespace one blank."""
    return " ".join(text.split())


def clean(text: str) -> str:
    """Take out what cannot be seen or stored."""
    return UNSEEN.sub("", text)


def _unswallowed(content: str) -> str:
    """Drop the tags of embedded media that are closed at once or never: else all that follows is taken for theirs."""
    for name in EMBEDDED:
        content = re.sub(rf"(?i)<{name}\b[^<>]*/>", "", content)
        closed = max((end.start() for end in re.finditer(rf"(?i)</{name}\b", content)), default=0)
        content = content[:closed] + re.sub(rf"(?i)<{name}\b[^<>]*>", "", content[closed:])
    return content


class _ParagraphReader(HTMLParser):
    """Collects the text between block tags; it reads only what nh3 wrote, so nothing ill-formed reaches it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[str] = []
        self._open: list[str] = []
        self._breaks = 0

    def paragraphs(self) -> tuple[str, ...]:
        self._end_paragraph()
        return tuple(self._done)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self._end_paragraph()
            return
        self._breaks += 1
        if self._breaks == 2:  # two line breaks in a row are how old markup writes a paragraph
            self._end_paragraph()
        else:
            self._open.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._end_paragraph()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._breaks = 0
        self._open.append(data)

    def _end_paragraph(self) -> None:
        text = single_spaced("".join(self._open))
        self._open = []
        if text:
            self._done.append(text)

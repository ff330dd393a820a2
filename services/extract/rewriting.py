"""How a text is changed before it is parsed, and where each place of the changed text lies in the first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from services.extract.values import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """What is put in place of a span."""

    span: Span
    words: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text after its edits; `starts`, `ends` are those of the edits in it, in order."""

    text: str
    edits: Sequence[Edit]
    starts: Sequence[int]
    ends: Sequence[int]

    def source(self, start: int, end: int) -> Span:
        """Where in the first text a token lies; one that touches an edit takes in all of its span."""
        return Span(self._source(start, at_start=True), self._source(end, at_start=False))

    def is_edited(self, offset: int) -> bool:
        """Whether what stands there is not of the first text."""
        number = bisect_right(self.starts, offset) - 1
        return number >= 0 and offset < self.ends[number]

    def _source(self, offset: int, *, at_start: bool) -> int:
        number = bisect_right(self.starts, offset if at_start else offset - 1) - 1
        if number < 0:
            return offset
        inside = offset < self.ends[number] if at_start else offset <= self.ends[number]
        span = self.edits[number].span
        if inside:
            return span.start if at_start else span.end
        return span.end + offset - self.ends[number]


def rewritten(text: str, edits: Sequence[Edit]) -> Rewritten:
    """The text with edits, which come in order and do not overlap."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = length = 0
    for edit in edits:
        kept = text[at : edit.span.start]
        starts.append(length + len(kept))
        ends.append(starts[-1] + len(edit.words))
        parts += [kept, edit.words]
        length, at = ends[-1], edit.span.end
    return Rewritten("".join([*parts, text[at:]]), edits, starts, ends)

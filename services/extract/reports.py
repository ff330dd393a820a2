"""Where a reporting clause stands, with its speaker and what it reports, quotations taken whole."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.cues import Cue, find_cues
from services.extract.quotes import Quote
from services.extract.sources import speaker_of
from services.extract.values import Span

FRINGE = frozenset(".,;:!?-–—")
BEFORE_CUE = frozenset({"aux", "auxpass", "neg", "advmod"})


@dataclass(frozen=True, slots=True)
class Report:
    """Content and cue as spans; `at` is the reporting word's number, -1 without one; `speaker` heads the source."""

    content: Span
    cue: Span | None
    at: int
    speaker: Token | None
    frame: str


def find_reports(doc: Doc, quotes: Sequence[Quote]) -> Iterator[Report]:
    """Reports outside quotations in the order of their cues; one without a speaker is left out."""
    for cue in find_cues(doc):
        word = doc[cue.at]
        if quote_at(quotes, word.idx) is not None:
            continue
        speaker = speaker_of(word)
        content = with_whole_quotes(trimmed(doc, cue.start, cue.end), word.idx, quotes)
        if speaker is not None and quote_at(quotes, speaker.idx) is None and content.start < content.end:
            yield Report(content, cue_span(word, cue), cue.at, speaker, cue.frame)


def quote_at(quotes: Sequence[Quote], offset: int) -> Quote | None:
    index = bisect_right(quotes, offset, key=lambda quote: quote.span.start) - 1
    return quotes[index] if index >= 0 and offset < quotes[index].span.end else None


def trimmed(doc: Doc, start: int, end: int) -> Span:
    """`doc[start:end]` as characters, without the punctuation around it."""
    while start < end and (doc[start].text in FRINGE or doc[start].is_space):
        start += 1
    while end > start and (doc[end - 1].text in FRINGE or doc[end - 1].is_space):
        end -= 1
    return Span(doc[start].idx, doc[end - 1].idx + len(doc[end - 1])) if start < end else Span(0, 0)


def with_whole_quotes(content: Span, cue: int, quotes: Sequence[Quote]) -> Span:
    """The content grown over each quotation that it cuts, unless that reaches over the cue.

    Where a quotation stands before the cue and the parser took what follows the cue along, the quotation is all.
    """
    first = quote_at(quotes, content.start)
    if first is not None and first.span.end <= cue < content.end:
        return first.span
    last = quote_at(quotes, content.end - 1)
    start = first.span.start if first is not None else content.start
    end = last.span.end if last is not None else content.end
    return Span(start, end) if not (start <= cue < content.start or content.end <= cue < end) else content


def cue_span(word: Token, cue: Cue) -> Span:
    """The reporting word with its auxiliaries and negation right before it, its particle or preposition right after."""
    doc = word.doc
    start = end = word.i
    while start > 0 and doc[start - 1].head.i == word.i and doc[start - 1].dep_ in BEFORE_CUE:
        start -= 1
    while end + 1 < min(len(doc), cue.start if cue.start > word.i else len(doc)) and _belongs(doc[end + 1], word, cue):
        end += 1
    return Span(doc[start].idx, doc[end].idx + len(doc[end]))


def _belongs(after: Token, word: Token, cue: Cue) -> bool:
    leads = after.lower_ in {cue.frame, "to"} or (after.dep_ == "prep" and cue.start == after.i + 1)
    return after.head.i == word.i and (after.dep_ == "prt" or leads)

"""Who says what in an article: source, cue and content as spans of its text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from services.extract.actors import Cast
from services.extract.once import text_of
from services.extract.quotations import with_quotations
from services.extract.quotes import Quote, find_quotes
from services.extract.reports import Report, find_reports, quote_at
from services.extract.sources import source_extent
from services.extract.surroundings import Page
from services.extract.values import Attribution, Span
from shared.vocabulary import AttributionKind


def find_attributions(doc: Doc, cast: Cast) -> tuple[Attribution, ...]:
    """Attributions in the order of their contents; a quotation interrupted by its speaker is one."""
    text = text_of(doc)
    quotes = find_quotes(text)
    reports = with_quotations(Page(doc, text, quotes), list(find_reports(doc, quotes)))
    found = [_attribution(doc, cast, quotes, report) for report in _distinct(reports)]
    return tuple(_without_echoes(found))


def _distinct(reports: Sequence[Report]) -> list[Report]:
    kept: list[Report] = []
    for report in sorted(reports, key=lambda report: (report.content.start, -report.content.end, report.at)):
        if not kept or report.content != kept[-1].content:
            kept.append(report)
    return kept


def _without_echoes(found: Sequence[Attribution]) -> Iterator[Attribution]:
    """Attributions less those within another's content, unless they bring in another actor: then both speak."""
    outer: Attribution | None = None
    for one in found:
        if outer is None or one.content.end > outer.content.end:
            outer = one
            yield one
        elif one.actor is not None and one.actor != outer.actor:
            yield one


def _attribution(doc: Doc, cast: Cast, quotes: Sequence[Quote], report: Report) -> Attribution:
    source, actor = None, None
    if report.speaker is not None:
        actor = _actor(report.speaker, cast)
        start, end = source_extent(report.speaker)
        source = Span(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))
    return Attribution(_kind(report.content, quotes), source, report.cue, report.content, actor)


def _actor(speaker: Token, cast: Cast) -> str | None:
    """The actor of the speaker's head word, else of the name beside it ("its director, Jo Lee")."""
    beside = (child for child in speaker.children if child.dep_ == "appos")
    found = (cast.actor_at(Span(word.idx, word.idx + len(word))) for word in (speaker, *beside))
    return next(filter(None, found), None)


def _kind(content: Span, quotes: Sequence[Quote]) -> AttributionKind:
    first = bisect_left(quotes, content.start, key=lambda quote: quote.span.start)
    if first == len(quotes) or quotes[first].span.end > content.end:
        return AttributionKind.INDIRECT
    opens = quote_at(quotes, content.start)
    closes = quote_at(quotes, content.end - 1)
    return AttributionKind.DIRECT if opens is not None and closes is not None else AttributionKind.MIXED

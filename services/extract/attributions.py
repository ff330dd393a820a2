"""Who says what in an article: source, cue and content as spans of its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc

from services.extract.actors import Cast
from services.extract.quotations import is_scare, spoken
from services.extract.quotes import Quote, find_quotes
from services.extract.reports import Report, find_reports, quote_at
from services.extract.sources import source_extent
from services.extract.values import Attribution, Span
from shared.vocabulary import AttributionKind

# "...," the former secretary of state told reporters on Monday. "...": what stands between two parts of one quotation.
GAP_LIMIT = 200


def find_attributions(doc: Doc, cast: Cast) -> tuple[Attribution, ...]:
    """Attributions in the order of their contents; a quotation interrupted by its speaker is one."""
    quotes = find_quotes(doc.text)
    reports = _with_quotations(doc, quotes, list(find_reports(doc, quotes)))
    return tuple(_attribution(doc, cast, quotes, report) for report in _distinct(reports))


def _with_quotations(doc: Doc, quotes: Sequence[Quote], reports: list[Report]) -> list[Report]:
    starts = [token.idx for token in doc]
    for quote in quotes:
        if any(report.content.start < quote.span.end and quote.span.start < report.content.end for report in reports):
            continue
        report = None if is_scare(doc, quote) else spoken(doc, quote, quotes, starts)
        same = next((i for i, other in enumerate(reports) if report is not None and _same_cue(report, other)), None)
        if report is not None and same is not None:
            reports[same] = _joined(reports[same], quote, doc)
        elif report is not None:
            reports.append(report)
        elif not is_scare(doc, quote):
            _continue(doc, quote, reports)
    return reports


def _same_cue(report: Report, other: Report) -> bool:
    return other.cue.start <= report.cue.start < other.cue.end


def _joined(report: Report, quote: Quote, doc: Doc) -> Report:
    content = Span(min(report.content.start, quote.span.start), max(report.content.end, quote.span.end))
    return replace(report, content=content)


def _continue(doc: Doc, quote: Quote, reports: list[Report]) -> None:
    """A quotation standing by itself goes on with the report before it."""
    before = [report for report in reports if report.content.start < quote.span.start]
    if not before:
        return
    last = max(before, key=lambda report: max(report.content.end, report.cue.end))
    between = doc.text[last.content.end : quote.span.start]
    if "\n" not in between and len(between) < GAP_LIMIT and doc.text[last.content.end - 1] in "\"'”’":
        reports[reports.index(last)] = _joined(last, quote, doc)
    else:
        reports.append(replace(last, content=quote.span, frame="continued"))


def _distinct(reports: Sequence[Report]) -> list[Report]:
    kept: list[Report] = []
    for report in sorted(reports, key=lambda report: (report.content, report.cue)):
        if not kept or report.content != kept[-1].content:
            kept.append(report)
    return kept


def _attribution(doc: Doc, cast: Cast, quotes: Sequence[Quote], report: Report) -> Attribution:
    source, actor = None, None
    if report.speaker is not None:
        actor = cast.actor_at(Span(report.speaker.idx, report.speaker.idx + len(report.speaker)))
        start, end = source_extent(report.speaker)
        source = Span(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))
    return Attribution(_kind(report.content, quotes), source, report.cue, report.content, actor)


def _kind(content: Span, quotes: Sequence[Quote]) -> AttributionKind:
    inside = [quote for quote in quotes if content.start <= quote.span.start and quote.span.end <= content.end]
    if not inside:
        return AttributionKind.INDIRECT
    opens = quote_at(quotes, content.start)
    closes = quote_at(quotes, content.end - 1)
    return AttributionKind.DIRECT if opens is not None and closes is not None else AttributionKind.MIXED

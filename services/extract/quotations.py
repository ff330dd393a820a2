"""Who speaks the quotations that no reporting clause has claimed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.extract.quotes import Quote
from services.extract.reports import Report
from services.extract.surroundings import Page, is_scare, spoken, subject_before
from services.extract.values import Span

# "...," the former secretary of state told reporters on Monday. "...": what stands between two parts of one quotation.
GAP_LIMIT = 200
CLOSING = "\"'”’»"


def with_quotations(page: Page, reports: Sequence[Report]) -> list[Report]:
    """The reports with every quotation joined to the one it belongs to, and reports of their own for the others."""
    claims = _Claims(page, list(reports), {report.at: number for number, report in enumerate(reports)})
    claimed = set(_quotes_within(page.quotes, reports))
    waiting = sorted(range(len(reports)), key=lambda number: reports[number].content.start, reverse=True)
    for number, quote in enumerate(page.quotes):
        while waiting and reports[waiting[-1]].content.start < quote.span.end:
            claims.pass_by(waiting.pop())
        if number not in claimed and not is_scare(page, quote):
            claims.settle(quote, spoken(page, quote))
    return claims.reports


def _quotes_within(quotes: Sequence[Quote], reports: Sequence[Report]) -> Iterator[int]:
    for report in reports:
        first = bisect_right(quotes, report.content.start, key=lambda quote: quote.span.end)
        yield from range(first, bisect_left(quotes, report.content.end, key=lambda quote: quote.span.start))


@dataclass(slots=True)
class _Claims:
    """The reports so far, and the number of the last whose content ends with a quotation."""

    page: Page
    reports: list[Report]
    by_cue: dict[int, int]
    quoted: int | None = None

    def pass_by(self, number: int) -> None:
        if self.page.text[self.reports[number].content.end - 1] in CLOSING:
            self.quoted = number

    def settle(self, quote: Quote, found: Report | None) -> None:
        """Join it to the report of its cue or of the quotation before; else the sentence before may name who speaks."""
        if found is not None and found.at in self.by_cue:
            self._join(self.by_cue[found.at], quote)
        elif found is not None:
            self._add(found)
        elif self.quoted is not None and self._continues(self.reports[self.quoted], quote):
            self._go_on(self.quoted, quote)
        else:
            self._add(Report(quote.span, None, -1, subject_before(self.page, quote), "float"))

    def _continues(self, report: Report, quote: Quote) -> bool:
        """Whether nothing but the report's own sentence, or that and a paragraph break, stands in between."""
        between = self.page.text[report.content.end : quote.span.start]
        sentence, *rest = between.split("\n", maxsplit=1)
        return len(sentence) < GAP_LIMIT and not any(part.strip() for part in rest)

    def _go_on(self, number: int, quote: Quote) -> None:
        report = self.reports[number]
        between = self.page.text[report.content.end : quote.span.start]
        if "\n" not in between or not between.strip():
            self._join(number, quote)
        else:
            self._add(replace(report, content=quote.span, at=-1, frame="continued"))

    def _join(self, number: int, quote: Quote) -> None:
        content = self.reports[number].content
        joined = Span(min(content.start, quote.span.start), max(content.end, quote.span.end))
        self.reports[number] = replace(self.reports[number], content=joined)
        self.quoted = number

    def _add(self, report: Report) -> None:
        self.by_cue.setdefault(report.at, len(self.reports))
        self.quoted = len(self.reports)
        self.reports.append(report)

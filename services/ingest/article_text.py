"""The text of an article: from the feed where it carries the whole, else from the page, else the summary."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice

import justext  # type: ignore[import-untyped]
import trafilatura
from trafilatura import external
from trafilatura.settings import Document

from services.ingest.nesting import is_too_deep
from services.ingest.page_kinds import SHORTEST_PAGE, SeenPage, kind_of
from services.ingest.page_marks import PageMarks, read_marks
from services.ingest.plain_text import clean, one_line, paragraphs_of, single_spaced
from services.ingest.word_lists import words
from shared.vocabulary import ExtractionMethod, PageKind, TextSource

WHOLE_ARTICLE = 600  # characters; below it, feeds of excerpts outnumber those of short articles
# Times: where weighing keeps less than half of what the page calls its article, it erred; on the development pages
# the mean token F1 is 0.938 without this rule and 0.953 with it, and any factor from 1.6 to 3 gives 0.953 or more.
MOSTLY_LOST = 2
# What follows is not read: the time that weighing takes grows with the tags, 2 s for so many; the longest of the
# development pages has a seventh of them.
MOST_TAGS = 30_000
# The extensive search takes any year for a date: three of the 43 development pages it dated by their copyright lines.
# Without it eight fewer get a date, a page takes 27 ms less, and no calendars of all languages stay in memory.
DATES_MARKED = {"original_date": True, "extensive_search": False}
TAG = re.compile(b"<")
NO_MARKS = PageMarks()
NO_ARTICLE = frozenset({PageKind.CONSENT, PageKind.ERROR})


@dataclass(frozen=True, slots=True)
class FeedText:
    """What the feed itself says, and whether that is the whole article."""

    text: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class PageText:
    """What an article's page says; the rest is empty or None where the page does not tell."""

    text: str
    title: str = ""
    byline: str = ""
    outlet: str = ""
    guessed_date: datetime | None = None
    kind: PageKind = PageKind.NOT_READ
    method: ExtractionMethod = ExtractionMethod.TRAFILATURA
    marks: PageMarks = NO_MARKS


@dataclass(frozen=True, slots=True)
class ChosenText:
    """The text that becomes the article, where it came from and how."""

    text: str
    source: TextSource
    method: ExtractionMethod


def text_from_feed(content: str) -> FeedText:
    """Return a feed entry's content as paragraphs separated by blank lines."""
    paragraphs = paragraphs_of(content)
    text = "\n\n".join(paragraphs)
    return FeedText(text, is_whole=len(text) >= WHOLE_ARTICLE and not _is_cut(paragraphs[-1]))


def text_from_page(body: bytes, url: str) -> PageText:
    """Extract the article from a page; an empty text where there is none to be found."""
    body = _bounded(body)
    if is_too_deep(body.decode("latin-1")):
        return PageText("", kind=PageKind.ERROR)
    marks = read_marks(body)
    _weigh_by_english()
    found = trafilatura.bare_extraction(
        body,
        url=url,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        date_extraction_params=DATES_MARKED,
    )
    if not isinstance(found, Document):
        found = Document()
    text, method = _fullest(_paragraphed(found.text or ""), _plainly(body), marks)
    title = one_line(found.title or "")
    everything = trafilatura.html2txt(body) if len(text) < SHORTEST_PAGE or not marks.is_free else text
    return PageText(
        text=text,
        title=title,
        byline=one_line(found.author or ""),
        outlet=one_line(found.sitename or ""),
        guessed_date=_day(found.date),
        kind=kind_of(SeenPage(title, text, everything, marks)),
        method=method,
        marks=marks,
    )


def choose_text(feed: FeedText, page: PageText) -> ChosenText | None:
    """Choose the fuller text, the page's only where it is the article's; None where neither says anything."""
    of_page = "" if page.kind in NO_ARTICLE else page.text
    if not feed.is_whole and len(of_page) >= max(SHORTEST_PAGE, len(feed.text)):
        return ChosenText(of_page, TextSource.PAGE, page.method)
    if feed.is_whole:
        return ChosenText(feed.text, TextSource.FEED, ExtractionMethod.FEED_CONTENT)
    if feed.text:
        return ChosenText(feed.text, TextSource.SUMMARY, ExtractionMethod.FEED_SUMMARY)
    return ChosenText(of_page, TextSource.PAGE, page.method) if of_page else None


@lru_cache(maxsize=1)
def _weigh_by_english() -> None:
    """Let the last resort of the extractor, which counts stop words, count those of English only.

    Else it makes one set of all languages' words anew for each page: 15 MB and 60 ms. We read English; of pages in
    other languages only the smallest come that far.
    """
    vars(external)["JT_STOPLIST"] = tuple(justext.get_stoplist("English"))


def _bounded(body: bytes) -> bytes:
    ends = islice((tag.start() for tag in TAG.finditer(body)), MOST_TAGS, None)
    return body[: next(ends, len(body))]


def _fullest(weighed: str, plain: str, marks: PageMarks) -> tuple[str, ExtractionMethod]:
    """Return the weighed text unless that lost most of what the page marks as its article."""
    is_lost = not weighed or len(plain) > MOSTLY_LOST * len(weighed)
    text = plain if is_lost else weighed
    if text and text == single_spaced(marks.body):
        return text, ExtractionMethod.JSON_LD  # its paragraphs would be apart if it had been taken from the page
    return text, ExtractionMethod.BASELINE if is_lost else ExtractionMethod.TRAFILATURA


def _plainly(body: bytes) -> str:
    """Return what the page marks as its article, or else its paragraphs, without weighing what belongs to it."""
    _, text, _ = trafilatura.baseline(body)
    return _paragraphed(text)


def _paragraphed(text: str) -> str:
    lines = (single_spaced(line).removeprefix("- ") for line in clean(text).splitlines())
    return "\n\n".join(filter(None, lines))


def _is_cut(last: str) -> bool:
    return last.casefold().rstrip(" \u00a0>→").endswith(tuple(words("truncations")))


def _day(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC) if written else None
    except ValueError:
        return None

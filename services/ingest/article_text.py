"""The text of an article: from the feed where it carries the whole, else from the page, else the summary."""

from dataclasses import dataclass
from datetime import UTC, datetime

import trafilatura
from trafilatura.settings import Document

from services.ingest.nesting import is_too_deep
from services.ingest.plain_text import clean, one_line, paragraphs_of, single_spaced
from services.ingest.word_lists import words
from shared.vocabulary import TextSource

WHOLE_ARTICLE = 600  # characters; below it, feeds of excerpts outnumber those of short articles
# Times: where weighing keeps less than half of what the page calls its article, it erred; on the development pages
# the mean token F1 is 0.938 without this rule and 0.953 with it, and any factor from 1.6 to 3 gives 0.953 or more.
MOSTLY_LOST = 2
SHORTEST_PAGE = 200  # characters; what is shorter is a notice, not an article


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
    language: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChosenText:
    """The text that becomes the article, and where it came from."""

    text: str
    source: TextSource


def text_from_feed(content: str) -> FeedText:
    """Return a feed entry's content as paragraphs separated by blank lines."""
    paragraphs = paragraphs_of(content)
    text = "\n\n".join(paragraphs)
    return FeedText(text, is_whole=len(text) >= WHOLE_ARTICLE and not _is_cut(paragraphs[-1]))


def text_from_page(body: bytes, url: str) -> PageText:
    """Extract the article from a page; an empty text where there is none to be found."""
    if is_too_deep(body.decode("latin-1")):
        return PageText("")
    found = trafilatura.bare_extraction(body, url=url, include_comments=False, include_tables=False, with_metadata=True)
    if not isinstance(found, Document):
        return PageText(_plainly(body))
    text = _paragraphed(found.text or "")
    plain = _plainly(body)
    return PageText(
        text=plain if len(plain) > MOSTLY_LOST * len(text) else text,
        title=one_line(found.title or ""),
        byline=one_line(found.author or ""),
        outlet=one_line(found.sitename or ""),
        language=found.language or "",
        published_at=_day(found.date),
    )


def choose_text(feed: FeedText, page: PageText) -> ChosenText | None:
    """Choose the fuller text; None where neither says anything."""
    if not feed.is_whole and len(page.text) >= max(SHORTEST_PAGE, len(feed.text)):
        return ChosenText(page.text, TextSource.PAGE)
    if feed.text:
        return ChosenText(feed.text, TextSource.FEED if feed.is_whole else TextSource.SUMMARY)
    return ChosenText(page.text, TextSource.PAGE) if page.text else None


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

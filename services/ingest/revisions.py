"""Whether an article that was read again says something else, and from when its new words count."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.ingest.dates import believable
from services.ingest.drafts import ArticleDraft, CurrentText
from services.ingest.plain_text import single_spaced
from shared.vocabulary import PageKind, TextSource

STANDS_FOR_THE_ARTICLE = frozenset({PageKind.ARTICLE, PageKind.LIVE_BLOG, PageKind.NOT_READ})


class WhyKept(StrEnum):
    """Why the text that an article has stays."""

    SAME = "same"
    WORSE = "worse"  # a summary, or a page that stands before the article


@dataclass(frozen=True, slots=True)
class Revised:
    """The article says something else; `counts_from` is when that was published."""

    number: int
    counts_from: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The article stays as it is."""

    reason: WhyKept


def revise(current: CurrentText, draft: ArticleDraft, *, now: datetime) -> Revised | Kept:
    """Compare an article with what it reads like now; spacing does not count."""
    if _plain(current.title, current.text) == _plain(draft.title, draft.text):
        return Kept(WhyKept.SAME)
    if _is_whole(current.text_from, current.page_kind) and not _is_whole(draft.text_from, draft.page_kind):
        return Kept(WhyKept.WORSE)
    return Revised(current.revision + 1, _counts_from(current, draft.updated_at, now))


def retitle(current: CurrentText, title: str, *, updated_at: datetime | None, now: datetime) -> Revised | Kept:
    """Compare an article whose text stays with the headline that its feed gives it now; no headline changes nothing."""
    if not title or single_spaced(title) == single_spaced(current.title):
        return Kept(WhyKept.SAME)
    return Revised(current.revision + 1, _counts_from(current, updated_at, now))


def _counts_from(current: CurrentText, updated_at: datetime | None, now: datetime) -> datetime:
    """Where we only read more of the same article, its words are as old as it; else the update's date, or today."""
    if not _is_whole(current.text_from, current.page_kind):
        return current.counts_from
    told = believable(updated_at, seen_at=now)
    return max(min(told or now, now), current.counts_from)


def _is_whole(source: TextSource, kind: PageKind) -> bool:
    return source is not TextSource.SUMMARY and kind in STANDS_FOR_THE_ARTICLE


def _plain(title: str, text: str) -> tuple[str, str]:
    return single_spaced(title), single_spaced(text)

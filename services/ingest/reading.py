"""Making an article's draft of a document: which text, which date, which names."""

from dataclasses import dataclass

from services.ingest.answers import FetchPage, PageLater, PageNever, PageRead
from services.ingest.article_text import PageText, choose_text, text_from_feed, text_from_page
from services.ingest.dates import settle_date
from services.ingest.drafts import ArticleDraft, PendingDocument
from services.ingest.urls import host_of
from shared.failures import TemporaryFailure

LONGEST_TITLE_FROM_TEXT = 80
NO_PAGE = PageText("")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that became an article."""

    draft: ArticleDraft


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that gives no article."""

    reason: str


def read_document(document: PendingDocument, *, fetch: FetchPage, is_last_try: bool) -> Reading | Unreadable:
    """Read a document; raise `TemporaryFailure` where its page may be had later and tries are left."""
    feed = text_from_feed(document.content)
    page, why_not = (NO_PAGE, "") if feed.is_whole else _page(document.url, fetch, is_last_try=is_last_try)
    chosen = choose_text(feed, page)
    if chosen is None:
        return Unreadable(why_not or "neither the feed nor the page holds any text")
    return Reading(
        ArticleDraft(
            document_id=document.document_id,
            url=document.url,
            title=document.title or page.title or chosen.text[:LONGEST_TITLE_FROM_TEXT],
            outlet=document.outlet or page.outlet or host_of(document.url),
            byline=document.byline or page.byline,
            language=page.language,
            text=chosen.text,
            text_from=chosen.source,
            published=settle_date(by_feed=document.published_at, by_page=page.published_at, seen_at=document.found_at),
        )
    )


def _page(url: str, fetch: FetchPage, *, is_last_try: bool) -> tuple[PageText, str]:
    match fetch(url):
        case PageRead(body, final_url):
            return text_from_page(body, final_url), ""
        case PageNever(reason):
            return NO_PAGE, reason
        case PageLater(reason) if is_last_try:
            return NO_PAGE, reason
        case PageLater(reason):
            raise TemporaryFailure(reason)

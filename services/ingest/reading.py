"""Making an article's draft of a document: which text, which date, which names."""

from dataclasses import dataclass

from services.ingest.answers import FetchPage, PageAsked, PageLater, PageNever, PageRead, PageSame, Receipt
from services.ingest.article_text import ChosenText, PageText, choose_text, text_from_feed, text_from_page
from services.ingest.dates import Claim, Published, date_in_url, settle_date
from services.ingest.drafts import NO_RECEIPT, ArticleDraft, PendingDocument
from services.ingest.languages import language_of
from services.ingest.urls import host_of, settled_url
from shared.failures import TemporaryFailure
from shared.vocabulary import DateSource, PageKind, TextSource

LONGEST_TITLE_FROM_TEXT = 80
NO_PAGE = PageText("")
WALLS = {
    PageKind.CONSENT: "a page that asks for consent stands before it, and the feed holds no text",
    PageKind.ERROR: "the page says that it is none, and the feed holds no text",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that became an article."""

    draft: ArticleDraft


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that gives no article."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A document whose page is the one that was read before."""


Outcome = Reading | Unreadable | Unchanged


@dataclass(frozen=True, slots=True)
class _Page:
    """What came of asking for the page, and whether more may come of it later."""

    text: PageText = NO_PAGE
    url: str = ""
    receipt: Receipt = NO_RECEIPT
    why_not: str = ""
    recheck: bool = False


def read_document(document: PendingDocument, *, fetch: FetchPage, is_last_try: bool) -> Outcome:
    """Read a document; raise `TemporaryFailure` where its page may be had later and tries are left."""
    feed = text_from_feed(document.content)
    page = _Page() if feed.is_whole else _page(document, fetch, is_last_try=is_last_try)
    if page is None:
        return Unchanged()
    chosen = choose_text(feed, page.text)
    if chosen is None:
        reason = page.why_not or WALLS.get(page.text.kind, "neither the feed nor the page holds any text")
        return Unreadable(reason)
    return Reading(_draft(document, page, chosen))


def _draft(document: PendingDocument, page: _Page, chosen: ChosenText) -> ArticleDraft:
    says, url = page.text, _address(document, page, chosen)
    return ArticleDraft(
        document_id=document.document_id,
        url=url,
        title=document.title or says.title or chosen.text[:LONGEST_TITLE_FROM_TEXT],
        outlet=document.outlet or says.outlet or host_of(url),
        byline=document.byline or says.byline,
        language=language_of(chosen.text, declared=_declared(document, says, chosen.source)),
        text=chosen.text,
        text_from=chosen.source,
        published=_published(document, says),
        method=chosen.method,
        page_kind=says.kind,
        arrived=document.arrived,
        updated_at=document.updated_at or says.marks.updated_at,
        receipt=page.receipt,
        recheck=page.recheck,
        link=document.url,
    )


def _address(document: PendingDocument, page: _Page, chosen: ChosenText) -> str:
    """A wall's address is not the article's."""
    if chosen.source is not TextSource.PAGE or page.text.kind is PageKind.PAYWALL:
        return document.url
    return settled_url(document.url, final=page.url, canonical=page.text.marks.canonical)


def _declared(document: PendingDocument, page: PageText, source: TextSource) -> str:
    by_page = page.marks.language if source is TextSource.PAGE else ""
    return by_page or document.language or page.marks.language


def _published(document: PendingDocument, page: PageText) -> Published:
    claims = (
        Claim(DateSource.FEED, document.published_at),
        Claim(DateSource.JSON_LD, page.marks.by_json_ld),
        Claim(DateSource.META, page.marks.by_meta),
        Claim(DateSource.URL, date_in_url(document.url)),
        Claim(DateSource.PAGE, page.guessed_date),
    )
    return settle_date(claims, seen_at=document.found_at)


def _page(document: PendingDocument, fetch: FetchPage, *, is_last_try: bool) -> _Page | None:
    """Ask for the page; None where it is the one that the article was made of."""
    had = document.had if document.current is not None else NO_RECEIPT
    match fetch(PageAsked(document.url, had)):
        case PageRead(body, final_url, receipt):
            return _Page(text_from_page(body, final_url), final_url, receipt, recheck=True)
        case PageSame():
            return None
        case PageNever(reason):
            return _Page(why_not=reason)
        case PageLater(reason) if is_last_try:
            return _Page(why_not=reason, recheck=True)
        case PageLater(reason):
            raise TemporaryFailure(reason)

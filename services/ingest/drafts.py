"""A document before it is read and the article that comes of it, as values."""

from dataclasses import dataclass
from datetime import datetime

from services.ingest.answers import Receipt
from services.ingest.dates import Published
from shared.vocabulary import Arrival, ExtractionMethod, PageKind, TextSource

NO_RECEIPT = Receipt()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where entries come from: their feed and what it says of itself, and whether they are news or history."""

    feed_id: int | None = None
    outlet: str = ""
    language: str = ""
    arrived: Arrival = Arrival.LIVE


@dataclass(frozen=True, slots=True)
class CurrentText:
    """The text that an article has by now."""

    article_id: int
    revision: int
    title: str
    text: str
    text_from: TextSource
    page_kind: PageKind
    published_at: datetime
    counts_from: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class PendingDocument:
    """A document that waits to be read, as its feed's entry told of it; `current` where it was read before."""

    document_id: int
    url: str
    title: str
    byline: str
    outlet: str
    content: str
    language: str
    published_at: datetime | None
    updated_at: datetime | None
    found_at: datetime
    arrived: Arrival = Arrival.LIVE
    reads: int = 0
    had: Receipt = NO_RECEIPT
    current: CurrentText | None = None


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as it will be stored, `url` being its own address, `link` that of its feed.

    `updated_at` is when its present words were published, as far as is told.

    `receipt` tells this page from the next, and `recheck` whether the page may say something else later.
    """

    document_id: int
    url: str
    title: str
    outlet: str
    byline: str
    language: str
    text: str
    text_from: TextSource
    published: Published
    method: ExtractionMethod = ExtractionMethod.RECORDED
    page_kind: PageKind = PageKind.NOT_READ
    arrived: Arrival = Arrival.LIVE
    updated_at: datetime | None = None
    receipt: Receipt = NO_RECEIPT
    recheck: bool = False
    link: str = ""

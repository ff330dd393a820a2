"""A document before it is read and the article that comes of it, as values."""

from dataclasses import dataclass
from datetime import datetime

from services.ingest.dates import Published
from shared.vocabulary import TextSource


@dataclass(frozen=True, slots=True)
class PendingDocument:
    """A document that waits to be read, as its feed's entry told of it."""

    document_id: int
    url: str
    title: str
    byline: str
    outlet: str
    content: str
    published_at: datetime | None
    found_at: datetime


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as it will be stored."""

    document_id: int
    url: str
    title: str
    outlet: str
    byline: str
    language: str
    text: str
    text_from: TextSource
    published: Published

"""From a feed's entry to clean text: documents, articles, and the stories that articles share."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import Arrival, DateSource, DocumentState, ExtractionMethod, PageKind, TextSource


class Document(SQLModel, table=True):
    """The page behind an entry; `entry_key` is the entry's identity within its feed, `url` its canonical address.

    The page is asked again at `next_read_at`, conditionally, as long as its article is young.
    """

    __table_args__ = (
        UniqueConstraint("feed_id", "entry_key", name="uq_document_entry"),
        Index("ix_document_title", "feed_id", "title"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    feed_id: int | None = Field(default=None, foreign_key="feed.id", sa_type=BigId)
    entry_key: str
    url: str = Field(unique=True)
    title: str = ""
    byline: str = ""
    outlet: str = ""
    content: str = ""
    content_hash: str = ""
    entry_hash: str = ""
    language: str = ""
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    found_at: datetime = Field(sa_type=UtcDateTime)
    arrived: Arrival = Field(default=Arrival.LIVE, sa_type=Word(Arrival))
    state: DocumentState = Field(default=DocumentState.PENDING, sa_type=Word(DocumentState))
    reason: str = ""
    reads: int = 0
    next_read_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    page_etag: str | None = None
    page_last_modified: str | None = None
    page_hash: str | None = None


class Story(SQLModel, table=True):
    """Articles that tell the same text: one piece of evidence."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    text_hash: str = Field(unique=True)


class StoryBand(SQLModel, table=True):
    """A part of a story's fingerprint; texts that share one may tell the same story."""

    __tablename__ = "story_band"

    band: str = Field(primary_key=True)
    story_id: int = Field(primary_key=True, foreign_key="story.id", sa_type=BigId)


class Article(SQLModel, table=True):
    """A document's clean text; paragraphs are separated by blank lines and offsets elsewhere refer to `text`.

    `revision` numbers the current text, stored at `ingested_at`; words that only it has count from `revised_at`.
    A removed one stays as a tombstone, so that no poll brings it back.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    document_id: int = Field(unique=True, foreign_key="document.id", sa_type=BigId)
    story_id: int = Field(foreign_key="story.id", index=True, sa_type=BigId)
    url: str = Field(unique=True)
    title: str
    outlet: str
    byline: str = ""
    language: str = ""
    text: str
    text_from: TextSource = Field(sa_type=Word(TextSource))
    published_at: datetime = Field(sa_type=UtcDateTime, index=True)
    published_from: DateSource = Field(sa_type=Word(DateSource))
    ingested_at: datetime = Field(sa_type=UtcDateTime)
    arrived: Arrival = Field(default=Arrival.LIVE, sa_type=Word(Arrival))
    method: ExtractionMethod = Field(default=ExtractionMethod.RECORDED, sa_type=Word(ExtractionMethod))
    page_kind: PageKind = Field(default=PageKind.NOT_READ, sa_type=Word(PageKind))
    revision: int = 1
    revised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_because: str = ""


class Revision(SQLModel, table=True):
    """A text that an article had before it was changed; the current one is the article's own."""

    __table_args__ = (UniqueConstraint("article_id", "number", name="uq_revision"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    article_id: int = Field(foreign_key="article.id", sa_type=BigId)
    number: int
    text_hash: str
    title: str
    text: str
    published_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)

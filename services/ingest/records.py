"""Taking in what was recorded before: articles as JSON Lines, or a feed saved in a file."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.ingest import document_queries
from services.ingest.dates import Published
from services.ingest.drafts import ArticleDraft
from services.ingest.feed_parser import parse_feed
from services.ingest.identity import Candidate, identify
from services.ingest.values import Entry, NotAFeed
from shared.events import ArticleIngested, DocumentFound
from shared.failures import UserMistake
from shared.transaction import Begin
from shared.vocabulary import DateSource, TextSource


class ArticleRecord(BaseModel):
    """One recorded article: a line of a JSON Lines file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str = Field(min_length=1)
    title: str
    published: AwareDatetime
    source: str
    text: str = Field(min_length=1)


def read_records(path: Path) -> Iterator[ArticleRecord]:
    """Yield the articles of a JSON Lines file in its order; `UserMistake` names the line that is none."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _record(line, where=f"{path}:{number}")
    except OSError as error:
        raise UserMistake(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UserMistake(f"{path}: is not UTF-8 text") from error


def store_record(record: ArticleRecord, *, begin: Begin, now: datetime) -> int | None:
    """Store a recorded article with its text as it is; return its id, or None where its address is known."""
    entry = Entry(title=record.title, outlet=record.source, published_at=record.published)
    candidate = Candidate(key=record.url, url=record.url, entry=entry)
    with begin() as tx:
        added = document_queries.add_documents(tx.session, (candidate,), feed_id=None, outlet="", now=now)
        if not added:
            return None
        draft = _draft(record, document_id=added[0])
        article_id = document_queries.save_article(tx.session, draft, now=now)
        if article_id is not None:
            tx.emit(ArticleIngested(article_id=article_id))
        return article_id


def store_feed_file(body: bytes, *, source: str, begin: Begin, now: datetime) -> int:
    """Store what is new in a saved feed as documents to be read; return how many; `UserMistake` where it is no feed."""
    feed = parse_feed(body, "", "")
    if isinstance(feed, NotAFeed):
        raise UserMistake(f"{source}: not a feed ({feed.reason})")
    with begin() as tx:
        candidates = identify(feed.entries, feed_url=source)
        new = document_queries.unknown_candidates(tx.session, candidates, feed_id=None)
        added = document_queries.add_documents(tx.session, new, feed_id=None, outlet=feed.title, now=now)
        tx.emit(*(DocumentFound(document_id=document_id) for document_id in added))
        return len(added)


def _record(line: str, *, where: str) -> ArticleRecord:
    try:
        return ArticleRecord.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise UserMistake(f"{where}: not JSON ({error.msg})") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "the line"
        raise UserMistake(f"{where}: {field}: {first['msg']}") from error


def _draft(record: ArticleRecord, *, document_id: int) -> ArticleDraft:
    return ArticleDraft(
        document_id=document_id,
        url=record.url,
        title=record.title,
        outlet=record.source,
        byline="",
        language="",
        text=record.text,
        text_from=TextSource.FEED,
        published=Published(record.published.astimezone(UTC), DateSource.FEED),
    )

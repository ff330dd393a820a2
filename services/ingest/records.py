"""Taking in what was recorded before: articles as JSON Lines, or a feed saved in a file."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.ingest import article_queries, document_queries
from services.ingest.dates import Published
from services.ingest.drafts import ArticleDraft, Origin
from services.ingest.feed_parser import parse_feed
from services.ingest.identity import Candidate, identify
from services.ingest.intake import take_in
from services.ingest.values import Entry, NotAFeed
from shared.events import ArticleIngested
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
    """Store a recorded article as it is, or what it says by now; return its id, None where all of it is known."""
    entry = Entry(title=record.title, outlet=record.source, published_at=record.published)
    candidate = Candidate(key=record.url, url=record.url, entry=entry)
    with begin() as tx:
        added = document_queries.add_documents(tx.session, (candidate,), Origin(), now=now)
        current = None if added else article_queries.current_text_at(tx.session, record.url)
        if added:
            article_id = article_queries.save_article(tx.session, _draft(record, document_id=added[0]), now=now)
        elif current is not None:
            article_id = article_queries.save_revision(tx.session, current, _draft(record, document_id=0), now=now)
        else:
            article_id = None
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
        # what is given to be replayed is taken for English where it is too short to tell
        origin = Origin(outlet=feed.title, language=feed.language or "en")
        return take_in(tx, candidates, origin, now=now)


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
        updated_at=record.published.astimezone(UTC),
    )

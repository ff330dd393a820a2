"""All that ingest asks of the database and writes to it about documents."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from services.ingest import article_queries
from services.ingest.answers import Receipt
from services.ingest.changes import entry_hash
from services.ingest.drafts import Origin, PendingDocument
from services.ingest.identity import Candidate, Resemblance, resembles
from services.ingest.stories import text_hash
from services.ingest.urls import same_page
from shared.handoffs import Claim
from shared.tables import Document, Handoff
from shared.vocabulary import DocumentState

document: Table = Document.__table__  # type: ignore[attr-defined]
STORING_ENTRIES = 7_346_001  # the lock's name, a number of our own
AT_ONCE = 400  # rows in one statement; SQLite allows 32,766 values in one


def one_writer_at_a_time(session: Session) -> None:
    """Let nobody else store entries until this transaction ends.

    Two workers that store the same articles of two feeds in different orders would wait for each other for ever.
    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(STORING_ENTRIES)))


def unknown_candidates(
    session: Session, candidates: Sequence[Candidate], *, feed_id: int | None
) -> tuple[Candidate, ...]:
    """Return those entries that no document stands for, by their key in this feed or by their page's address."""
    unknown: list[Candidate] = []
    for some in _in_batches(candidates):
        addresses = [address for candidate in some for address in same_page(candidate.url)]
        keys = (col(Document.feed_id) == feed_id) & col(Document.entry_key).in_([each.key for each in some])
        rows = session.execute(
            select(col(Document.feed_id), col(Document.entry_key), col(Document.url)).where(
                or_(keys, col(Document.url).in_(addresses))
            )
        ).all()
        known_keys = {row.entry_key for row in rows if row.feed_id == feed_id}
        known_urls = {row.url for row in rows}
        unknown += [each for each in some if each.key not in known_keys and known_urls.isdisjoint(same_page(each.url))]
    return _unlike_any(session, unknown, feed_id=feed_id)


def add_documents(
    session: Session, candidates: Sequence[Candidate], origin: Origin, *, now: datetime
) -> tuple[int, ...]:
    """Store entries as documents that wait to be read, the oldest first; skip what another worker just stored."""
    ordered = sorted(candidates, key=lambda each: each.entry.published_at or now)
    if not ordered:
        return ()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(document).on_conflict_do_nothing().returning(document.c.id)
    return tuple(sorted(session.scalars(statement, [_document_row(each, origin, now) for each in ordered])))


def document_to_read(session: Session, document_id: int) -> PendingDocument | None:
    """Return a document that waits to be read."""
    found = session.get(Document, document_id)
    if found is None or found.state != DocumentState.PENDING:
        return None
    return PendingDocument(
        document_id=document_id,
        url=found.url,
        title=found.title,
        byline=found.byline,
        outlet=found.outlet,
        content=found.content,
        language=found.language,
        published_at=found.published_at,
        updated_at=found.updated_at,
        found_at=found.found_at,
        arrived=found.arrived,
        reads=found.reads,
        had=Receipt(found.page_etag, found.page_last_modified, found.page_hash),
        current=article_queries.current_text(session, document_id=document_id),
    )


def tries_so_far(session: Session, claim: Claim) -> int:
    """Return how often a handoff was taken, this time included."""
    return session.scalar(select(col(Handoff.attempts)).where(col(Handoff.id) == claim.handoff_id)) or 0


def _unlike_any(session: Session, candidates: Sequence[Candidate], *, feed_id: int | None) -> tuple[Candidate, ...]:
    """Leave out entries that this feed showed before under another guid and link."""
    unlike: list[Candidate] = []
    for some in _in_batches(candidates):
        titles = [each.entry.title for each in some]
        rows = session.execute(
            select(document.c.title, document.c.published_at, document.c.content_hash).where(
                document.c.feed_id == feed_id, document.c.title.in_(titles)
            )
        )
        known = [Resemblance(row.title, row.published_at, row.content_hash) for row in rows]
        unlike += [each for each in some if not any(resembles(each, one) for one in known)]
    return tuple(unlike)


def _document_row(candidate: Candidate, origin: Origin, now: datetime) -> dict[str, Any]:
    entry = candidate.entry
    return {
        "feed_id": origin.feed_id,
        "entry_key": candidate.key,
        "url": candidate.url,
        "title": entry.title,
        "byline": entry.byline,
        "outlet": entry.outlet or origin.outlet,
        "content": entry.content,
        "content_hash": text_hash(entry.content),
        "entry_hash": entry_hash(entry),
        "language": origin.language,
        "published_at": entry.published_at,
        "updated_at": entry.updated_at,
        "found_at": now,
        "arrived": origin.arrived,
        "reads": 0,
        "state": DocumentState.PENDING,
        "reason": "",
    }


def _in_batches(candidates: Sequence[Candidate]) -> Iterator[Sequence[Candidate]]:
    for start in range(0, len(candidates), AT_ONCE):
        yield candidates[start : start + AT_ONCE]

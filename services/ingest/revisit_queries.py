"""All that ingest asks of the database about documents that are to be read again, and what it notes of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, exists, or_, select, update
from sqlmodel import Session, col

from services.ingest.changes import Change, Changed, KnownEntry, compare, entry_hash
from services.ingest.identity import Candidate
from services.ingest.rechecks import follow_change, is_young
from services.ingest.stories import text_hash
from shared.events import DocumentFound
from shared.tables import Actor, Article, Document, Statement
from shared.vocabulary import DocumentState, PageKind, TextSource

document: Table = Document.__table__  # type: ignore[attr-defined]
AT_ONCE = 400  # rows in one statement; SQLite allows 32,766 values in one


def note_changes(
    session: Session, candidates: Sequence[Candidate], *, feed_id: int | None, now: datetime
) -> tuple[int, ...]:
    """Store how known entries of a feed have changed; return the documents that are to be read again at once."""
    hashes = {each.key: entry_hash(each.entry) for each in candidates}
    at_once: list[int] = []
    for number in range(0, len(candidates), AT_ONCE):
        some = {each.key: each for each in candidates[number : number + AT_ONCE]}
        wanted = select(*_LOOKED_AT).where(document.c.feed_id == feed_id, document.c.entry_key.in_(some))
        for row in session.execute(wanted).mappings().all():
            candidate = some[row["entry_key"]]
            if row["entry_hash"] != hashes[candidate.key] or _says_updated(row, candidate):
                at_once += _note(session, row, candidate, now=now)
    return tuple(at_once)


def due_again(session: Session, *, most: int, now: datetime) -> tuple[DocumentFound, ...]:
    """Return documents whose page is to be looked at again, and note that they are; let the others be.

    A page is asked for again where its article bears witness of somebody watched, or where it was not to be had.
    """
    due = select(document.c.id, document.c.state, _matters().label("matters")).where(document.c.next_read_at <= now)
    rows = session.execute(due.order_by(document.c.next_read_at).limit(most).with_for_update(skip_locked=True)).all()
    wanted = [row.id for row in rows if row.matters or row.state is DocumentState.PENDING]
    rest = [row.id for row in rows if row.id not in set(wanted)]
    free = update(document).values(next_read_at=None)
    session.execute(free.where(document.c.id.in_(rest)))
    session.execute(free.where(document.c.id.in_(wanted)).values(state=DocumentState.PENDING))
    return tuple(DocumentFound(document_id=document_id) for document_id in wanted)


_LOOKED_AT = (
    *(document.c.id, document.c.entry_key, document.c.entry_hash, document.c.updated_at, document.c.found_at),
    *(document.c.reads, document.c.next_read_at, document.c.state),
)


def _says_updated(row: Mapping[str, Any] | Any, candidate: Candidate) -> bool:
    claimed = candidate.entry.updated_at
    return claimed is not None and row["updated_at"] is not None and claimed > row["updated_at"]


def _note(session: Session, row: Mapping[str, Any] | Any, candidate: Candidate, *, now: datetime) -> Iterator[int]:
    this = document.c.id == row["id"]
    stored = session.execute(select(document.c.title, document.c.content).where(this)).one()
    known = KnownEntry(row["id"], stored.title, stored.content, row["updated_at"])
    changed = Changed(row["id"], candidate, compare(known, candidate.entry))
    values = _values(changed, known)
    if changed.change is Change.WORDS or (changed.change is Change.UPDATED and is_young(row["found_at"], now=now)):
        due = follow_change(reads=row["reads"], now=now)
        values |= {"state": DocumentState.PENDING}
        if due > now:
            values |= {"next_read_at": min(filter(None, (row["next_read_at"], due)))}
        else:
            values |= {"next_read_at": None}
            yield row["id"]
    session.execute(update(document).where(this).values(values))


def _values(changed: Changed, known: KnownEntry) -> dict[str, Any]:
    entry = changed.candidate.entry
    content = entry.content or known.content
    return {
        "title": entry.title or known.title,
        "content": content,
        "content_hash": text_hash(content),
        "entry_hash": entry_hash(entry),
        "updated_at": entry.updated_at or known.updated_at,
    }


def _matters() -> ColumnElement[bool]:
    of_document = (col(Article.document_id) == document.c.id, col(Article.removed_at).is_(None))
    testifies = (
        exists()
        .where(*of_document, col(Statement.article_id) == col(Article.id), col(Statement.current))
        .where(col(Actor.id) == col(Statement.actor_id), col(Actor.figure_id).is_not(None))
    )
    lacking = or_(col(Article.text_from) == TextSource.SUMMARY, col(Article.page_kind) == PageKind.ERROR)
    return or_(testifies, exists().where(*of_document, lacking))

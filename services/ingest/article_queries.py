"""All that ingest asks of the database and writes to it about articles and their revisions."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlmodel import Session

from services.ingest.drafts import ArticleDraft, CurrentText, PendingDocument
from services.ingest.reading import Outcome, Reading, Unchanged, Unreadable
from services.ingest.rechecks import next_recheck
from services.ingest.revisions import Kept, Revised, retitle, revise
from services.ingest.stories import is_same_story, text_hash
from services.ingest.story_queries import join_story, story_of
from shared.failures import LeaseLost
from shared.tables import Article, Document, Revision
from shared.vocabulary import DocumentState

document: Table = Document.__table__  # type: ignore[attr-defined]
article: Table = Article.__table__  # type: ignore[attr-defined]
revision: Table = Revision.__table__  # type: ignore[attr-defined]


def current_text(session: Session, *, document_id: int) -> CurrentText | None:
    """Return the text that a document's article has by now."""
    row = session.execute(select(article).where(article.c.document_id == document_id)).one_or_none()
    return None if row is None else _current(row)


def current_text_at(session: Session, url: str) -> CurrentText | None:
    """Return the text that the article at an address has by now."""
    row = session.execute(select(article).where(article.c.url == url)).one_or_none()
    return None if row is None else _current(row)


def save_outcome(session: Session, read: PendingDocument, outcome: Outcome, *, now: datetime) -> int | None:
    """Store what a document gave; return its article where that is new or says something else now."""
    current = read.current
    match outcome:
        case Reading(draft):
            if current is None:
                return save_article(session, draft, reads=read.reads, now=now)
            _mark_read(session, draft, reads=read.reads, now=now)
            if (article_id := save_revision(session, current, draft, now=now)) is not None:
                return article_id
        case Unreadable(reason) if current is None:
            _mark(session, read.document_id, state=DocumentState.UNREADABLE, reason=reason[:500])
        case Unreadable() | Unchanged():
            due = None if current is None else next_recheck(current.published_at, reads=read.reads + 1, now=now)
            values = {"state": DocumentState.READ, "reads": read.reads + 1, "next_read_at": due}
            _mark(session, read.document_id, **values)
    return None if current is None else _save_title(session, current, read, now=now)


def save_article(session: Session, draft: ArticleDraft, *, reads: int = 0, now: datetime) -> int | None:
    """Store an article and mark its document as read; None where its address belongs to an article already."""
    url = _free_address(session, draft)
    if url is None:
        reason = "another document led to this article already"
        _mark(session, draft.document_id, state=DocumentState.UNREADABLE, reason=reason)
        return None
    stored = Article(
        document_id=draft.document_id,
        story_id=story_of(session, draft.text),
        url=url,
        outlet=draft.outlet,
        byline=draft.byline,
        published_at=draft.published.at,
        published_from=draft.published.source,
        ingested_at=now,
        arrived=draft.arrived,
        **_text_values(draft),
    )
    session.add(stored)
    session.flush()
    _mark_read(session, draft, reads=reads, now=now)
    return stored.id


def save_revision(session: Session, current: CurrentText, draft: ArticleDraft, *, now: datetime) -> int | None:
    """Keep what an article was and give it what it reads like now; None where it stays as it is."""
    match revise(current, draft, now=now):
        case Kept():
            return None
        case Revised() as revised:
            _change(session, current, revised, now=now, **_text_values(draft))
            join_story(session, current.article_id, draft.text)
    return current.article_id


def _save_title(session: Session, current: CurrentText, read: PendingDocument, *, now: datetime) -> int | None:
    """Give an article whose text stays the headline that its feed has for it now."""
    match retitle(current, read.title, updated_at=read.updated_at, now=now):
        case Kept():
            return None
        case Revised() as revised:
            _change(session, current, revised, now=now, title=read.title)
    return current.article_id


def _change(session: Session, current: CurrentText, revised: Revised, *, now: datetime, **values: Any) -> None:
    """Keep what an article was as a revision, and change it, unless somebody else has."""
    same = update(article).where(article.c.id == current.article_id, article.c.revision == current.revision)
    numbered = {"revision": revised.number, "revised_at": revised.counts_from, "ingested_at": now}
    if session.execute(same.values({**values, **numbered})).rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost(f"article {current.article_id} was revised by somebody else meanwhile")
    session.execute(revision.insert().values(_kept_values(current)))


def _free_address(session: Session, draft: ArticleDraft) -> str | None:
    """Return the article's address; its feed's link where a page claims that of another; None where it is known."""
    for url in filter(None, dict.fromkeys((draft.url, draft.link))):
        known = session.scalar(select(article.c.text).where(article.c.url == url))
        if known is None:
            return url
        if text_hash(known) == text_hash(draft.text) or is_same_story(known, draft.text):
            return None
    return None


def _current(row: Any) -> CurrentText:
    return CurrentText(
        article_id=row.id,
        revision=row.revision,
        title=row.title,
        text=row.text,
        text_from=row.text_from,
        page_kind=row.page_kind,
        published_at=row.published_at,
        counts_from=row.revised_at or row.published_at,
        seen_at=row.ingested_at,
    )


def _text_values(draft: ArticleDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "text": draft.text,
        "language": draft.language,
        "text_from": draft.text_from,
        "method": draft.method,
        "page_kind": draft.page_kind,
    }


def _kept_values(current: CurrentText) -> dict[str, Any]:
    return {
        "article_id": current.article_id,
        "number": current.revision,
        "text_hash": text_hash(current.text),
        "title": current.title,
        "text": current.text,
        "published_at": current.counts_from,
        "seen_at": current.seen_at,
    }


def _mark_read(session: Session, draft: ArticleDraft, *, reads: int, now: datetime) -> None:
    due = next_recheck(draft.published.at, reads=reads + 1, now=now) if draft.recheck else None
    had = {"page_etag": draft.receipt.etag, "page_last_modified": draft.receipt.last_modified}
    values = {"state": DocumentState.READ, "reason": "", "reads": reads + 1, "next_read_at": due}
    _mark(session, draft.document_id, **values, **had, page_hash=draft.receipt.body_hash)


def _mark(session: Session, document_id: int, **values: Any) -> None:
    session.execute(update(document).where(document.c.id == document_id).values(**values))

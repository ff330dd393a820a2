"""What feeds and pages gave, counted: languages, kinds of pages, where texts and dates came from, and polls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, case, exists, func, or_, select
from sqlmodel import Session

from shared.tables import Article, Document, Feed, PollLog, Tagging
from shared.vocabulary import Arrival, DocumentState, PageKind, PollOutcome, Skipped

article: Table = Article.__table__  # type: ignore[attr-defined]
document: Table = Document.__table__  # type: ignore[attr-defined]
feed: Table = Feed.__table__  # type: ignore[attr-defined]
poll_log: Table = PollLog.__table__  # type: ignore[attr-defined]
tagging: Table = Tagging.__table__  # type: ignore[attr-defined]
WALLS = (PageKind.PAYWALL, PageKind.CONSENT, PageKind.ERROR)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Census:
    """How many articles there are, by what was noted of them; `not_tagged` ones are in a language nobody reads."""

    articles: int
    history: int
    revised: int
    not_tagged: int
    unreadable: int
    waiting: int
    languages: Mapping[str, int]
    pages: Mapping[str, int]
    methods: Mapping[str, int]
    dates: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PollLine:
    """One request for a feed, as its log tells it."""

    at: datetime
    outcome: PollOutcome
    entries: int
    new: int
    gap: bool
    detail: str


@dataclass(frozen=True, slots=True)
class WalledFeed:
    """A feed most of whose latest pages could not be read as articles."""

    url: str
    pages: int
    walled: int


def census(session: Session, *, feed_id: int | None = None) -> Census:
    """Count what is stored, of one feed where one is named."""
    of_feed = () if feed_id is None else (document.c.feed_id == feed_id,)
    joined = article.join(document, document.c.id == article.c.document_id)
    skipped = exists().where(tagging.c.article_id == article.c.id, tagging.c.skipped == Skipped.LANGUAGE)
    whole = select(
        func.count(),
        func.sum(_one(article.c.arrived == Arrival.HISTORY)),
        func.sum(_one(article.c.revision > 1)),
        func.sum(_one(skipped)),
    )
    articles, history, revised, not_tagged = session.execute(whole.select_from(joined).where(*of_feed)).one()
    kinds = (article.c.language, article.c.page_kind, article.c.method, article.c.published_from)
    counted = []
    for column in kinds:
        rows = session.execute(select(column, func.count()).select_from(joined).where(*of_feed).group_by(column))
        counted.append(dict(sorted((str(value or UNKNOWN), count) for value, count in rows)))
    states = select(document.c.state, func.count()).where(*of_feed).group_by(document.c.state)
    documents = {row[0]: row[1] for row in session.execute(states)}
    return Census(
        *(articles, history or 0, revised or 0, not_tagged or 0),
        *(documents.get(DocumentState.UNREADABLE, 0), documents.get(DocumentState.PENDING, 0)),
        *counted,
    )


def feed_log(session: Session, feed_id: int, *, most: int) -> tuple[PollLine, ...]:
    """Return the latest requests for a feed, the newest first."""
    row = poll_log.c
    columns = (row.polled_at, row.outcome, row.entries, row.new_entries, row.gap_suspected, row.detail)
    wanted = select(*columns).where(row.feed_id == feed_id).order_by(row.id.desc()).limit(most)
    return tuple(PollLine(*line) for line in session.execute(wanted))


def walled_feeds(session: Session, *, since: datetime, fewest: int = 5) -> tuple[WalledFeed, ...]:
    """Return the feeds of whose pages since then more than half were walls or held no text, the worst first."""
    is_wall = or_(article.c.page_kind.in_(WALLS), document.c.state == DocumentState.UNREADABLE)
    pages, walled = func.count(), func.sum(_one(is_wall))
    wanted = (
        select(feed.c.url, pages, walled)
        .join(document, document.c.feed_id == feed.c.id)
        .outerjoin(article, article.c.document_id == document.c.id)
        .where(feed.c.active, document.c.found_at >= since, document.c.state != DocumentState.PENDING)
        .group_by(feed.c.id, feed.c.url)
        .having(and_(pages >= fewest, 2 * walled > pages))
        .order_by(walled.desc(), feed.c.url)
    )
    return tuple(WalledFeed(*row) for row in session.execute(wanted))


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)

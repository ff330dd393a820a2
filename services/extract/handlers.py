"""What extract does about articles: tag them, sweep for those that wait, read stored ones again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from services.extract import queries, tagging_queries
from services.extract.reader import Reader
from services.extract.reviewing import REVIEW
from services.extract.tagging_queries import StoredArticle
from services.extract.values import Reading, Watchlist
from shared import handoffs, heartbeat
from shared.events import ArticleIngested, StatementsTagged
from shared.failures import LeaseLost
from shared.leases import LeasePolicy
from shared.transaction import Begin, Publish
from shared.vocabulary import Skipped

TAG = "extract.tag_article"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """How many articles one step of a backfill asked for, and where the next step goes on; none is the end."""

    articles: int
    last_article_id: int


def tag_article(article_id: int, *, begin: Begin, reader: Reader, lease: LeasePolicy, now: datetime) -> None:
    """Read one article for the watchlist; a reading of the same text for the same wishes is not repeated."""
    with begin() as tx:
        claim = handoffs.take(tx.session, TAG, article_id, policy=lease)
        if claim is None:
            return
        article = tagging_queries.article_to_read(tx.session, article_id)
        watched = tagging_queries.watchlist(tx.session)
        version = _version(reader, article, watched)
        if tagging_queries.is_tagged(tx.session, article_id, version=version):
            handoffs.finish(tx.session, claim)
            if (tagging_id := tagging_queries.await_no_longer(tx.session, article_id)) is not None:
                tx.emit(StatementsTagged(tagging_id=tagging_id))
            return
    reading = _skipped(article) or reader.read(article.text, watched)
    try:
        with begin() as tx:
            handoffs.finish(tx.session, claim)
            tagging_id = tagging_queries.save_reading(tx.session, article, reading, version=version, now=now)
            tx.emit(StatementsTagged(tagging_id=tagging_id))
    except LeaseLost:
        log.info("article_tagged_elsewhere", article_id=article_id)
        return
    found = len(reading.statements) if isinstance(reading, Reading) else 0
    log.info("article_tagged", article_id=article_id, statements=found)


def find_work(*, begin: Begin, publish: Publish, renudge: timedelta, most: int, now: datetime) -> None:
    """Ring again for what waits unanswered, and let lapse what waited too long for a second witness.

    The beat shows that messages reach this worker.
    """
    with begin() as tx:
        heartbeat.beat(tx.session, "extract")
        queries.let_lapse(tx.session, now=now)
        unanswered = handoffs.unanswered(tx.session, (TAG, REVIEW), renudge=renudge, most=most)
    for event in unanswered:
        publish(event)


def backfill(after_article_id: int, *, begin: Begin, most: int) -> Asked:
    """Ask for another reading of the next stored articles; the tagger passes over those that nothing changed for."""
    with begin() as tx:
        numbers = tagging_queries.article_ids(tx.session, after=after_article_id, most=most)
        for article_id in numbers:
            tx.emit(ArticleIngested(article_id=article_id))
    return Asked(len(numbers), last_article_id=numbers[-1] if numbers else after_article_id)


def _skipped(article: StoredArticle) -> Skipped | None:
    if article.removed:
        return Skipped.REMOVED
    english = not article.language or article.language.casefold().startswith("en")
    return None if english else Skipped.LANGUAGE


def _version(reader: Reader, article: StoredArticle, watched: Watchlist) -> str:
    """Name everything that a reading depends on: an edited text or watchlist asks for another reading."""
    removed = (Skipped.REMOVED,) if article.removed else ()
    inputs = repr((article.text, article.language, watched, *removed)).encode()
    return f"{reader.version}/{sha256(inputs).hexdigest()[:16]}"

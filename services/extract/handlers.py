"""What extract does with an event or a question: tag, review, sweep, backfill, explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from services.extract import queries, tagging_queries
from services.extract.arrivals import arrival_of
from services.extract.explain import Explanation, explain
from services.extract.queries import Topic
from services.extract.reader import Reader
from services.extract.shifts import ShiftRules, detect_shifts
from services.extract.standing import Changed, Raised, Verdict, compare
from services.extract.tagging_queries import StoredArticle
from services.extract.timeline import DatedStatement, build_timeline
from services.extract.values import Reading, Watchlist
from shared import handoffs, heartbeat
from shared.events import ArticleIngested, ShiftDetected, StatementsTagged
from shared.failures import LeaseLost
from shared.handoffs import Claim
from shared.leases import LeasePolicy
from shared.transaction import Begin, Publish, Read, Transaction
from shared.vocabulary import Arrival, Skipped

TAG, REVIEW = "extract.tag_article", "extract.review_positions"

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
            return
    reading = reader.read(article.text, watched) if _is_english(article) else Skipped.LANGUAGE
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


def review_positions(tagging_id: int, *, begin: Begin, rules: ShiftRules, lease: LeasePolicy, now: datetime) -> None:
    """Read again every timeline that one tagging touched; tell of shifts that nobody was told of."""
    with begin() as tx:
        claim = handoffs.take(tx.session, REVIEW, tagging_id, policy=lease)
    if claim is None:
        return
    try:
        told = _review(tagging_id, claim, begin=begin, rules=rules, now=now)
    except LeaseLost:
        log.info("positions_reviewed_elsewhere", tagging_id=tagging_id)
        return
    log.info("positions_reviewed", tagging_id=tagging_id, shifts_told=told)


def find_work(*, begin: Begin, publish: Publish, renudge: timedelta, most: int) -> None:
    """Ring again for what waits unanswered; the beat shows that messages reach this worker."""
    with begin() as tx:
        heartbeat.beat(tx.session, "extract")
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


def explain_topic(topic: Topic, *, read: Read, rules: ShiftRules) -> Explanation:
    """Say why a figure's timeline on an issue shows what it shows; nothing is written."""
    with read() as session:
        statements = queries.statements_on(session, topic)
    return explain(build_timeline(statements, weights=rules.weights), rules=rules)


def _review(tagging_id: int, claim: Claim, *, begin: Begin, rules: ShiftRules, now: datetime) -> int:
    # Deciding is quick, and a timeline must not change between its reading and the writing of what it shows.
    with begin() as tx:
        topics = queries.topics_of_article(tx.session, tagging_id)
        queries.hold_figures(tx.session, topics)
        told = sum(_review_topic(tx, topic, rules=rules, now=now) for topic in topics)
        handoffs.finish(tx.session, claim)
    return told


def _review_topic(tx: Transaction, topic: Topic, *, rules: ShiftRules, now: datetime) -> int:
    statements = queries.statements_on(tx.session, topic)
    timeline = build_timeline(statements, weights=rules.weights)
    verdicts = compare(queries.known_shifts(tx.session, topic), detect_shifts(timeline, rules=rules))
    to_tell = [
        queries.save_verdict(tx.session, topic, verdict, arrived=_arrival(verdict, statements, rules=rules), now=now)
        for verdict in verdicts
    ]
    events = [ShiftDetected(shift_id=shift_id) for shift_id in to_tell if shift_id is not None]
    for event in events:
        tx.emit(event)
    return len(events)


def _arrival(verdict: Verdict, statements: Sequence[DatedStatement], *, rules: ShiftRules) -> Arrival:
    """Only what people are told of can be old news."""
    match verdict:
        case Raised(shift) | Changed(_, shift):
            return arrival_of(shift, statements, rules=rules)
        case _:
            return Arrival.LIVE


def _is_english(article: StoredArticle) -> bool:
    return not article.language or article.language.casefold().startswith("en")


def _version(reader: Reader, article: StoredArticle, watched: Watchlist) -> str:
    """Name everything that a reading depends on: an edited text or watchlist asks for another reading."""
    inputs = repr((article.text, article.language, watched)).encode()
    return f"{reader.version}/{sha256(inputs).hexdigest()[:16]}"

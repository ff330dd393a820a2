"""What ingest does with its events: poll a feed, read a document, look for what waits."""

from datetime import datetime, timedelta

import structlog

from services.ingest import document_queries, queries
from services.ingest.answers import FeedAnswer, FeedRead, FetchFeed, FetchPage
from services.ingest.identity import identify
from services.ingest.queries import FeedClaim
from services.ingest.reading import Reading, Unreadable, read_document
from services.ingest.schedule import judge
from services.ingest.stories import text_hash
from services.ingest.values import PollPolicy
from shared import handoffs, heartbeat
from shared.events import ArticleIngested, DocumentFound, FeedDue
from shared.failures import LeaseLost
from shared.leases import LeasePolicy
from shared.transaction import Begin, Publish

FETCH_DOCUMENT = "ingest.fetch_document"
log = structlog.get_logger()


def poll_feed(feed_id: int, *, begin: Begin, fetch: FetchFeed, policy: PollPolicy, now: datetime) -> None:
    """Ask a feed that is due, store what is new in it, and set when it is asked again."""
    with begin() as tx:
        claim = queries.claim_feed(tx.session, feed_id, seconds=policy.lease_seconds, now=now)
    if claim is None:
        return
    answer = fetch(claim.asked)
    save_answer(claim, answer, begin=begin, policy=policy, now=now)


def save_answer(claim: FeedClaim, answer: FeedAnswer, *, begin: Begin, policy: PollPolicy, now: datetime) -> None:
    """Store what one feed answered, its validators and its documents in one transaction."""
    entries = answer.feed.entries if isinstance(answer, FeedRead) else ()
    candidates = identify(entries, feed_url=claim.asked.url)
    feed_id = claim.asked.feed_id
    try:
        with begin() as tx:
            new = document_queries.unknown_candidates(tx.session, candidates, feed_id=feed_id)
            added = document_queries.add_documents(tx.session, new, feed_id=feed_id, outlet=claim.name, now=now)
            verdict = judge(answer, claim.standing, new_entries=len(added), policy=policy, now=now)
            queries.save_poll(tx.session, claim, verdict, now=now)
            for document_id in added:
                tx.emit(DocumentFound(document_id=document_id))
    except LeaseLost:
        log.info("poll_lost_its_lease", feed=feed_id)
        return
    log.info("feed_polled", feed=feed_id, outcome=verdict.outcome, new=len(added), failures=verdict.failures)


def fetch_document(document_id: int, *, begin: Begin, fetch: FetchPage, now: datetime, lease: LeasePolicy) -> None:
    """Turn a document into an article: the feed's own text where it is whole, else the page behind it."""
    with begin() as tx:
        claim = handoffs.take(tx.session, FETCH_DOCUMENT, document_id, policy=lease)
        if claim is None:
            return
        document = document_queries.document_to_read(tx.session, document_id)
        if document is None:
            handoffs.finish(tx.session, claim)
            return
        is_last = document_queries.tries_so_far(tx.session, claim) >= lease.most_attempts
    reading = read_document(document, fetch=fetch, now=now, is_last_try=is_last)
    try:
        with begin() as tx:
            match reading:
                case Reading(draft):
                    fingerprint = text_hash(draft.text)
                    article_id = document_queries.save_article(tx.session, draft, fingerprint=fingerprint, now=now)
                    if article_id is not None:
                        tx.emit(ArticleIngested(article_id=article_id))
                case Unreadable(reason):
                    document_queries.mark_unreadable(tx.session, document_id, reason=reason)
            handoffs.finish(tx.session, claim)
    except LeaseLost:
        log.info("reading_lost_its_lease", document=document_id)
        return
    log.info("document_read", document=document_id, reading=type(reading).__name__)


def find_work(*, begin: Begin, publish: Publish, renudge: timedelta, most: int, now: datetime) -> None:
    """Ring for feeds that are due and for documents whose nudge was lost."""
    with begin() as tx:
        heartbeat.beat(tx.session, "ingest")
        events = handoffs.unanswered(tx.session, (FETCH_DOCUMENT,), renudge=renudge, most=most)
        due = queries.feeds_due(tx.session, renudge=renudge, most=most, now=now)
    for event in (*events, *(FeedDue(feed_id=feed_id) for feed_id in due)):
        publish(event)

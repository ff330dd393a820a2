"""What ingest does with its events: poll a feed, read a document, look for what waits."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from uuid import uuid4

import structlog

from services.ingest import article_queries, document_queries, host_queries, hub_queries, queries, revisit_queries
from services.ingest.answers import FetchPage
from services.ingest.intake import READ_TOGETHER
from services.ingest.lanes import Lanes
from services.ingest.politeness import HostBusy, Hosts, take_turn
from services.ingest.polling import LeftHosts, save_answers
from services.ingest.reading import read_document
from services.ingest.urls import host_of
from services.ingest.values import PollPolicy, Sweep
from services.ingest.walking import WALK_BACK
from shared import handoffs, heartbeat
from shared.events import ArticleIngested, FeedDue, HubDue, subject_of
from shared.failures import LeaseLost, TemporaryFailure
from shared.leases import LeasePolicy
from shared.transaction import Begin, Publish

FETCH_DOCUMENT = "ingest.fetch_document"
MOST_SECONDS = 25  # after which no further document is begun; what is left is found by the sweep
RUNG_AGAIN = 16 * READ_TOGETHER  # documents a sweep: rings for a long queue must not pile up faster than it is read
LOOK_AHEAD = 4  # times the batch: so many due feeds are looked at to find enough whose hosts are free
log = structlog.get_logger()


def poll_due_feeds(*, begin: Begin, lanes: Lanes, policy: PollPolicy, most: int, now: datetime) -> None:
    """Ask up to `most` feeds that are due, many at once; slow ones do not hold up the others."""
    token = uuid4().hex
    with begin() as tx:
        due = queries.due_feeds(tx.session, most=most * LOOK_AHEAD, now=now)
        hosts = Hosts(
            host_queries.resting_hosts(tx.session, now=now), host_queries.requests_under_way(tx.session, now=now)
        )
        turn = take_turn(due, hosts, policy=lanes.policy, most=most, now=now)
        queries.put_off(tx.session, turn.later)
        host_queries.rest_hosts(tx.session, turn.taken_until)
        until = now + timedelta(seconds=policy.lease_seconds)
        host_queries.begin_visits(tx.session, turn.lanes, token=token, until=until)
        claims = queries.claim_feeds(tx.session, turn.now, seconds=policy.lease_seconds, now=now)
    waiting = {claim.asked.feed_id: claim for claim in claims}
    at_hosts = Counter(host_of(claim.asked.url) for claim in claims)
    for pairs in lanes.ask([claim.asked for claim in claims], free=turn.lanes):
        polled = [(waiting.pop(asked.feed_id), answer) for asked, answer in pairs]
        at_hosts.subtract(host_of(asked.url) for asked, _ in pairs)
        over = tuple(host for host in {host_of(asked.url) for asked, _ in pairs} if not at_hosts[host])
        save_answers(polled, begin=begin, policy=policy, left=LeftHosts(token, over), now=now)
    left = [host for host in turn.lanes if at_hosts[host] or host not in at_hosts]
    if waiting or left:
        with begin() as tx:
            queries.release_feeds(tx.session, tuple(waiting.values()))
            host_queries.end_visits(tx.session, left, token=token)


def fetch_documents(document_id: int, *, begin: Begin, fetch: FetchPage, now: datetime, lease: LeasePolicy) -> None:
    """Turn a document and those after it that wait into articles: one nudge stands for several."""
    with begin() as tx:
        following = handoffs.following(tx.session, FETCH_DOCUMENT, document_id, most=READ_TOGETHER - 1)
    ends_at = time.monotonic() + MOST_SECONDS
    for each in (document_id, *following):
        if time.monotonic() < ends_at:
            with _Noting(begin, each):
                fetch_document(each, begin=begin, fetch=fetch, now=now, lease=lease)


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
    try:
        reading = read_document(document, fetch=fetch, is_last_try=is_last)
    except HostBusy as busy:
        with begin() as tx:
            handoffs.postpone(tx.session, claim, until=busy.until)
        return
    try:
        with begin() as tx:
            article_id = article_queries.save_outcome(tx.session, document, reading, now=now)
            if article_id is not None:
                tx.emit(ArticleIngested(article_id=article_id))
            handoffs.finish(tx.session, claim)
    except LeaseLost:
        log.info("reading_lost_its_lease", document=document_id)
        return
    log.info("document_read", document=document_id, reading=type(reading).__name__)


def find_work(*, begin: Begin, publish: Publish, sweep: Sweep, now: datetime) -> None:
    """Ring for feeds that are due, once for each batch of them, and for documents whose nudge was lost."""
    with begin() as tx:
        heartbeat.beat(tx.session, "ingest")
        host_queries.forget_hosts(tx.session, now=now)
        queries.forget_polls(tx.session, now=now)
        walks = handoffs.unanswered(tx.session, (WALK_BACK,), renudge=sweep.renudge, most=sweep.most)
        unread = handoffs.unanswered(tx.session, (FETCH_DOCUMENT,), renudge=sweep.renudge, most=RUNG_AGAIN)
        again = revisit_queries.due_again(tx.session, most=sweep.most, now=now)
        tx.emit(*sorted(again, key=subject_of), together=READ_TOGETHER)
        due = queries.feeds_to_ring(tx.session, renudge=sweep.renudge, most=sweep.most, now=now)
        hubs = (
            hub_queries.hubs_to_ring(tx.session, renudge=sweep.renudge, most=sweep.most, now=now) if sweep.hubs else ()
        )
    rings = (FeedDue(feed_id=feed_id) for feed_id in due[:: sweep.batch])
    documents = sorted(unread, key=subject_of)[::READ_TOGETHER]
    for event in (*walks, *documents, *rings, *(HubDue(feed_id=feed_id) for feed_id in hubs)):
        publish(event)


@dataclass(frozen=True, slots=True)
class _Noting:
    """Notes beside a document's row why its try failed; a failure that time may mend hinders no other document."""

    begin: Begin
    document_id: int

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        if isinstance(error, Exception):
            reason = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
            with self.begin() as tx:
                handoffs.note(tx.session, FETCH_DOCUMENT, self.document_id, reason=reason)
        return isinstance(error, TemporaryFailure)

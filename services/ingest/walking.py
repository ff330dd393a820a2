"""Walking back after a gap, page by page: each step is stored with what it brought, so that a walk can be taken up."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from services.ingest import document_queries, walk_queries, walks
from services.ingest.answers import (
    Failed,
    FailureKind,
    FeedAsked,
    FeedRead,
    FetchFeed,
    PageLater,
    Receipt,
)
from services.ingest.drafts import Origin
from services.ingest.identity import Candidate, identify
from services.ingest.intake import arrival_of_walked, take_in
from services.ingest.politeness import HostBusy
from services.ingest.values import NotAFeed, Sitemap
from services.ingest.walks import Found, Walk
from shared import handoffs
from shared.failures import LeaseLost, TemporaryFailure
from shared.leases import LeasePolicy
from shared.transaction import Begin, Transaction
from shared.vocabulary import Arrival, WalkStage

WALK_BACK = "ingest.walk_back"
MOST_SECONDS = 45  # at a time; what is left goes on at the next ring
log = structlog.get_logger()
FetchSitemap = Callable[[str], Sitemap | NotAFeed | PageLater]


@dataclass(frozen=True, slots=True)
class WalkEdges:
    """By what older pages, sitemaps and the places of sitemaps are asked for."""

    fetch_feed: FetchFeed
    fetch_sitemap: FetchSitemap
    sitemaps_of: Callable[[str], tuple[str, ...] | PageLater]


def walk_back(feed_id: int, *, begin: Begin, edges: WalkEdges, lease: LeasePolicy, now: datetime) -> None:
    """Look for what a feed showed while nobody looked, until something known, an end or a cap is reached."""
    with begin() as tx:
        claim = handoffs.take(tx.session, WALK_BACK, feed_id, policy=lease)
        if claim is None:
            return
        walk = walk_queries.walk_of(tx.session, feed_id)
        if walk is None or not walk_queries.is_asked(tx.session, feed_id):
            handoffs.finish(tx.session, claim)
            return
        is_last = document_queries.tries_so_far(tx.session, claim) >= lease.most_attempts
    ends_at = time.monotonic() + MOST_SECONDS
    try:
        while not walk.is_over and time.monotonic() < ends_at:
            walk = _step(walk, begin=begin, edges=edges, is_last=is_last, now=now)
        with begin() as tx:
            if walk.is_over:
                walk_queries.end_walk(tx.session, walk, now=now)
                handoffs.finish(tx.session, claim)
            else:
                handoffs.postpone(tx.session, claim, until=now)
    except HostBusy as busy:
        with begin() as tx:
            handoffs.postpone(tx.session, claim, until=busy.until)
        return
    except LeaseLost:
        log.info("walk_lost_its_lease", feed=feed_id)
        return
    log.info("walked_back", feed=feed_id, requests=len(walk.seen), recovered=walk.recovered, over=walk.is_over)


def _step(walk: Walk, *, begin: Begin, edges: WalkEdges, is_last: bool, now: datetime) -> Walk:
    """Ask for one page, and store what it brings together with how far the walk has come."""
    try:
        if walk.stage is WalkStage.PAGES:
            return _read_page(walk, begin=begin, edges=edges, now=now)
        return _read_sitemap(walk, begin=begin, edges=edges, now=now)
    except TemporaryFailure as failure:
        if not is_last:
            raise
        return _saved(walks.after_failure(walk, str(failure)), begin)


def _read_page(walk: Walk, *, begin: Begin, edges: WalkEdges, now: datetime) -> Walk:
    page = walk.todo[0]
    answer = edges.fetch_feed(FeedAsked(walk.feed_id, page, Receipt()))
    if not isinstance(answer, FeedRead):
        if isinstance(answer, Failed) and answer.kind in (FailureKind.BUSY, FailureKind.BROKEN):
            raise TemporaryFailure(answer.reason)
        reason = answer.reason if isinstance(answer, Failed | NotAFeed) else "it is gone"
        return _saved(walks.after_failure(walk, reason), begin)
    candidates = identify(answer.feed.entries, feed_url=page)
    older = walks.older_page(answer.feed.links, page)
    dates = [each.entry.published_at for each in candidates if each.entry.published_at]
    with begin() as tx:
        reached = walk_queries.any_known_before(tx.session, candidates, walk)
        new = _take(tx, candidates, replace(walk, language=answer.feed.language), now=now)
        found = Found(len(candidates), new, reached, min(dates, default=None))
        walk = walks.after_page(walk, found, older)
        walk_queries.save_step(tx.session, walk)
    return walk


def _read_sitemap(walk: Walk, *, begin: Begin, edges: WalkEdges, now: datetime) -> Walk:
    place = walk.todo[0]
    if place == walks.site_of(place):
        rules = edges.sitemaps_of(place)
        if isinstance(rules, PageLater):
            raise TemporaryFailure(rules.reason)
        return _saved(walks.after_rules(walk, rules), begin)
    sitemap = edges.fetch_sitemap(place)
    if isinstance(sitemap, PageLater):
        raise TemporaryFailure(sitemap.reason)
    if isinstance(sitemap, NotAFeed):
        return _saved(walks.after_failure(walk, sitemap.reason), begin)
    with begin() as tx:
        known = walk_queries.latest_pages(tx.session, walk.feed_id)
        new = _take(tx, walks.wanted_pages(walk, sitemap, known=known), walk, now=now)
        walk = walks.after_sitemap(walk, sitemap, new)
        walk_queries.save_step(tx.session, walk)
    return walk


def _take(tx: Transaction, candidates: Sequence[Candidate], walk: Walk, *, now: datetime) -> int:
    document_queries.one_writer_at_a_time(tx.session)
    new = 0
    for arrived in Arrival:
        some = [
            each
            for each in candidates
            if arrival_of_walked(each.entry.published_at, last_good_poll=walk.since) is arrived
        ]
        new += take_in(tx, some, Origin(walk.feed_id, walk.outlet, walk.language, arrived), now=now)
    return new


def _saved(walk: Walk, begin: Begin) -> Walk:
    with begin() as tx:
        walk_queries.save_step(tx.session, walk)
    return walk

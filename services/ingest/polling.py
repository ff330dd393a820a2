"""Storing what feeds answered: their entries, validators and next polls, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from services.ingest import document_queries, host_queries, hub_queries, queries, walk_queries
from services.ingest.answers import Failed, FailureKind, FeedAnswer, FeedRead, Receipt
from services.ingest.drafts import Origin
from services.ingest.identity import identify
from services.ingest.intake import arrival_at_poll, take_in
from services.ingest.moves import has_settled
from services.ingest.queries import FeedClaim
from services.ingest.rhythm import Harvest
from services.ingest.schedule import Verdict, judge
from services.ingest.urls import host_of
from services.ingest.values import FeedLinks, NotAFeed, PollPolicy
from services.ingest.visits import SHORTEST_REST
from shared.events import GapSuspected
from shared.failures import LeaseLost
from shared.transaction import Begin, Transaction

log = structlog.get_logger()
Polled = tuple[FeedClaim, FeedAnswer]


@dataclass(frozen=True, slots=True)
class LeftHosts:
    """Hosts at which a batch of requests has none left to send or to wait for."""

    token: str
    hosts: tuple[str, ...]


def save_answers(polled: Sequence[Polled], *, begin: Begin, policy: PollPolicy, left: LeftHosts, now: datetime) -> None:
    """Store what some feeds answered; where one of them hinders the others, all are stored one by one.

    A feed whose answer the database refuses fails alone and loudly, after the others are safe; its lease ends, and the
    next poll tries again.
    """
    try:
        with begin() as tx:
            if any(isinstance(answer, FeedRead) for _, answer in polled):
                document_queries.one_writer_at_a_time(tx.session)
            verdicts = [(claim, _store(tx, claim, answer, policy=policy, now=now)) for claim, answer in polled]
            queries.save_polls(tx.session, verdicts, now=now)
            host_queries.rest_hosts(tx.session, _busy_hosts(polled, now))
            host_queries.end_visits(tx.session, left.hosts, token=left.token)
            hub_queries.note_hubs(tx.session, _links(polled), now=now)
            hub_queries.doubt_hubs(tx.session, _unannounced(verdicts))
    except (LeaseLost, DBAPIError) as error:
        if len(polled) > 1:
            _save_one_by_one(polled, begin=begin, policy=policy, left=left, now=now)
        elif isinstance(error, DBAPIError):
            raise
        else:
            log.info("poll_lost_its_lease", feed=polled[0][0].asked.feed_id)
        return
    log.info(
        "feeds_polled",
        feeds=len(verdicts),
        new=sum(verdict.harvest.new for _, verdict in verdicts),
        failed=sum(verdict.standing.failures > 0 for _, verdict in verdicts),
        gaps=sum(verdict.gap_suspected for _, verdict in verdicts),
    )


def _save_one_by_one(
    polled: Sequence[Polled], *, begin: Begin, policy: PollPolicy, left: LeftHosts, now: datetime
) -> None:
    refused: DBAPIError | None = None
    for one in polled:
        try:
            save_answers((one,), begin=begin, policy=policy, left=left, now=now)
        except DBAPIError as error:
            log.warning("poll_refused_by_database", feed=one[0].asked.feed_id, reason=type(error).__name__)
            refused = error
    if refused is not None:
        raise refused


def _store(tx: Transaction, claim: FeedClaim, answer: FeedAnswer, *, policy: PollPolicy, now: datetime) -> Verdict:
    harvest = Harvest()
    if isinstance(answer, FeedRead):
        feed_id = claim.asked.feed_id
        candidates = identify(answer.feed.entries, feed_url=claim.asked.url)
        arrived = arrival_at_poll(claim.standing.had.body_hash)
        origin = Origin(feed_id, claim.name, answer.feed.language, arrived)
        harvest = Harvest(len(candidates), take_in(tx, candidates, origin, now=now))
    verdict = judge(answer, claim.standing, harvest, policy=policy, now=now)
    if verdict.gap_suspected and isinstance(answer, FeedRead):
        walk_queries.begin_walk(tx.session, claim.asked.feed_id, answer.feed.links, url=claim.asked.url, now=now)
        tx.emit(GapSuspected(feed_id=claim.asked.feed_id))
    if isinstance(answer, NotAFeed) and claim.standing.had == Receipt():
        return _found(tx, claim, verdict, answer.offers, now=now)
    return _moved(tx, claim, verdict, now=now)


def _found(tx: Transaction, claim: FeedClaim, verdict: Verdict, offers: Sequence[str], *, now: datetime) -> Verdict:
    """Give a feed that was named by a web page the address of the best feed which that page offers."""
    if not offers or not queries.change_address(tx.session, claim.asked.feed_id, offers[0]):
        return verdict
    others = f"; the page also offers {', '.join(offers[1:4])}" if offers[1:] else ""
    detail = f"a web page, whose feed {offers[0]} is asked from now on{others}"
    return replace(verdict, next_poll_at=now, standing=replace(verdict.standing, failures=0), detail=detail)


def _moved(tx: Transaction, claim: FeedClaim, verdict: Verdict, *, now: datetime) -> Verdict:
    """Give a feed the address that its server has long sent us to."""
    move = verdict.standing.move
    if (
        move is None
        or not has_settled(move, now=now)
        or not queries.change_address(tx.session, claim.asked.feed_id, move.to)
    ):
        return verdict
    return replace(verdict, standing=replace(verdict.standing, move=None), detail=f"moved for good to {move.to}")


def _links(polled: Sequence[Polled]) -> Mapping[int, FeedLinks]:
    return {claim.asked.feed_id: answer.feed.links for claim, answer in polled if isinstance(answer, FeedRead)}


def _unannounced(verdicts: Sequence[tuple[FeedClaim, Verdict]]) -> tuple[int, ...]:
    """Return the feeds with news of which their hubs, that had delivered before, said nothing."""
    return tuple(
        claim.asked.feed_id
        for claim, verdict in verdicts
        if verdict.harvest.new and claim.standing.is_pushed and not claim.was_hinted
    )


def _busy_hosts(polled: Sequence[Polled], now: datetime) -> Mapping[str, datetime]:
    return {
        host_of(claim.asked.url): now + max(answer.retry_after or SHORTEST_REST, SHORTEST_REST)
        for claim, answer in polled
        if isinstance(answer, Failed) and answer.kind is FailureKind.BUSY
    }

"""Asking the hubs of feeds for pushes, in time for their leases never to lapse, and ending what nobody wants."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from services.ingest import hub_queries, hubs
from services.ingest.fetcher import Manners
from services.ingest.hubs import HubVerdict, judge_answer
from services.ingest.politeness import HostBusy
from shared.failures import LeaseLost
from shared.transaction import Begin
from shared.web import Send

LEASE_SECONDS = 180
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class HubEdges:
    """By what hubs are asked, in whose name, and where they reach us; nowhere where no address is set."""

    send: Send
    manners: Manners
    public_url: str


def ask_hub(feed_id: int, *, begin: Begin, edges: HubEdges, now: datetime) -> None:
    """Ask a feed's hub for what is due; the hub's call back, which the API hears, makes it good."""
    if not edges.public_url:
        return
    with begin() as tx:
        task = hub_queries.take_hub(tx.session, feed_id, seconds=LEASE_SECONDS, now=now)
    if task is None:
        return
    callback = f"{edges.public_url.rstrip('/')}/websub/{task.token}"
    try:
        outcome = hubs.ask(task, callback=callback, send=edges.send, manners=edges.manners)
        verdict = judge_answer(task, outcome, now=now)
    except HostBusy as busy:
        verdict = HubVerdict(busy.until, task.failures, "the hub has much to do for our other feeds")
    try:
        with begin() as tx:
            hub_queries.save_answer(tx.session, task, verdict)
    except LeaseLost:
        log.info("hub_lost_its_lease", feed=feed_id)
        return
    log.info("hub_asked", feed=feed_id, wish=task.wish.value, failures=verdict.failures)

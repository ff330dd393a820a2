"""Ingest's Celery tasks: each takes one event and calls its handler with the real edges."""

from services.ingest import deps, handlers, subscribing, walking
from shared.bus import celery_publisher
from shared.celery_app import app
from shared.clock import utc_now
from shared.events import DocumentFound, FeedDue, GapSuspected, HubDue
from shared.workers import begin


@app.task(name="ingest.poll_feed", pydantic=True)
def poll_feed(event: FeedDue) -> None:
    """Ask feeds that are due."""
    lanes, policy = deps.lanes(), deps.poll_policy()
    handlers.poll_due_feeds(begin=begin(), lanes=lanes, policy=policy, most=deps.batch(), now=utc_now())


@app.task(name="ingest.ask_hub", pydantic=True)
def ask_hub(event: HubDue) -> None:
    """Ask a feed's hub for pushes."""
    subscribing.ask_hub(event.feed_id, begin=begin(), edges=deps.hub_edges(), now=utc_now())


@app.task(name="ingest.walk_back", pydantic=True)
def walk_back(event: GapSuspected) -> None:
    """Look for what a feed showed while nobody looked."""
    walking.walk_back(event.feed_id, begin=begin(), edges=deps.walk_edges(), lease=deps.lease_policy(), now=utc_now())


@app.task(name="ingest.fetch_document", pydantic=True)
def fetch_document(event: DocumentFound) -> None:
    """Turn documents into articles."""
    handlers.fetch_documents(
        event.document_id, begin=begin(), fetch=deps.fetch_page, now=utc_now(), lease=deps.lease_policy()
    )
    deps.housekeeping().tidy()


@app.task(name="ingest.find_work")
def find_work() -> None:
    """Ring for what waits."""
    publish = celery_publisher(app)
    handlers.find_work(begin=begin(), publish=publish, sweep=deps.sweep(), now=utc_now())

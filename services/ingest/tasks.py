"""Ingest's Celery tasks: each takes one event and calls its handler with the real edges."""

from services.ingest import deps, handlers
from shared.bus import celery_publisher
from shared.celery_app import app
from shared.clock import utc_now
from shared.events import DocumentFound, FeedDue
from shared.workers import begin

MOST_NUDGES = 500  # in one sweep; the rest follow in the next


@app.task(name="ingest.poll_feed", pydantic=True)
def poll_feed(event: FeedDue) -> None:
    """Ask a feed that is due."""
    handlers.poll_feed(event.feed_id, begin=begin(), fetch=deps.fetch_feed, policy=deps.poll_policy(), now=utc_now())


@app.task(name="ingest.fetch_document", pydantic=True)
def fetch_document(event: DocumentFound) -> None:
    """Turn a document into an article."""
    handlers.fetch_document(
        event.document_id, begin=begin(), fetch=deps.fetch_page, now=utc_now(), lease=deps.lease_policy()
    )


@app.task(name="ingest.find_work")
def find_work() -> None:
    """Ring for what waits."""
    publish = celery_publisher(app)
    handlers.find_work(begin=begin(), publish=publish, renudge=deps.renudge(), most=MOST_NUDGES, now=utc_now())

"""The whole system on one page: which task hears which event, and in which queue it waits."""

from collections.abc import Mapping

from shared.events import (
    ArticleIngested,
    DeliveryDue,
    DocumentFound,
    Event,
    FeedDue,
    GapSuspected,
    HubDue,
    PressureNoticed,
    RehearsalAsked,
    ShiftDetected,
    ShiftWithdrawn,
    StatementsTagged,
)

LISTENERS: Mapping[type[Event], tuple[str, ...]] = {
    FeedDue: ("ingest.poll_feed",),
    HubDue: ("ingest.ask_hub",),
    GapSuspected: ("ingest.walk_back",),
    DocumentFound: ("ingest.fetch_document",),
    ArticleIngested: ("extract.tag_article",),
    StatementsTagged: ("extract.review_positions",),
    ShiftDetected: ("alert.raise_alerts",),
    ShiftWithdrawn: ("alert.raise_alerts",),  # one row for both: what is told is how the shift stands by then
    PressureNoticed: ("alert.warn_of_pressure",),
    DeliveryDue: ("alert.deliver",),
    RehearsalAsked: ("alert.rehearse",),
}

QUEUES: Mapping[str, str] = {
    "ingest.find_work": "ingest",
    "ingest.poll_feed": "ingest",
    "ingest.ask_hub": "fetch",
    "ingest.walk_back": "fetch",
    "ingest.fetch_document": "fetch",
    "extract.find_work": "extract",
    "extract.tag_article": "extract",
    "extract.review_positions": "review",
    "alert.find_work": "alert",
    "alert.raise_alerts": "alert",
    "alert.warn_of_pressure": "alert",
    "alert.deliver": "deliver",
    "alert.rehearse": "deliver",
}

SWEEPS: tuple[str, ...] = ("ingest.find_work", "extract.find_work", "alert.find_work")

# For these the waiting row is the subject itself (feed_poll.next_poll_at, feed_hub.next_try_at,
# delivery.next_attempt_at); every other event leaves a handoff row for each listener.
DUE_BY_THEIR_OWN_ROW: tuple[type[Event], ...] = (FeedDue, HubDue, DeliveryDue)


def event_of(task: str) -> type[Event]:
    """Return the event that a task listens to."""
    return next(event for event, tasks in LISTENERS.items() if task in tasks)

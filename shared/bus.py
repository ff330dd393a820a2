"""Ringing the doorbell: a nudge through the broker for each listener of an event."""

import time

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from shared.events import Event, subject_of
from shared.routing import LISTENERS, QUEUES
from shared.transaction import Publish

PAUSE_SECONDS = 1.0  # a broker that does not answer costs a batch of nudges one timeout, not one for each of them
log = structlog.get_logger()


def celery_publisher(app: Celery) -> Publish:
    """Return a publisher that never fails its caller: a nudge that cannot leave is found again by the sweep."""
    away_until = 0.0

    def publish(event: Event) -> None:
        nonlocal away_until
        for task in LISTENERS[type(event)]:
            if time.monotonic() < away_until:
                return
            try:
                app.send_task(task, kwargs={"event": event.model_dump()}, queue=QUEUES[task])
            except (OperationalError, ConnectionError, TimeoutError) as error:
                away_until = time.monotonic() + PAUSE_SECONDS
                log.warning("nudge_not_sent", task=task, subject=subject_of(event), reason=str(error))

    return publish

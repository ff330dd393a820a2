"""Ringing the doorbell: a nudge through the broker for each listener of an event."""

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from shared.events import Event, subject_of
from shared.routing import LISTENERS, QUEUES
from shared.transaction import Publish

log = structlog.get_logger()


def celery_publisher(app: Celery) -> Publish:
    """Return a publisher that never fails its caller: a nudge that cannot leave is found again by the sweep."""

    def publish(event: Event) -> None:
        for task in LISTENERS[type(event)]:
            try:
                app.send_task(task, kwargs={"event": event.model_dump()}, queue=QUEUES[task])
            except (OperationalError, ConnectionError, TimeoutError) as error:
                log.warning("nudge_not_sent", task=task, subject=subject_of(event), reason=str(error))

    return publish

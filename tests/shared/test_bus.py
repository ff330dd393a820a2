"""Nudges never hold up or fail whoever sends them, whatever has become of the broker."""

import time
from pathlib import Path

from celery import Celery

from shared.bus import celery_publisher
from shared.events import DocumentFound


def test_a_broker_that_is_away_holds_up_a_batch_of_nudges_once(tmp_path: Path) -> None:
    app = Celery("probe", broker=f"redis+socket://{tmp_path / 'nobody.sock'}")
    app.conf.update(task_publish_retry_policy={"max_retries": 2, "interval_start": 0.2, "interval_step": 0.2})
    publish = celery_publisher(app)
    began = time.monotonic()
    publish(DocumentFound(document_id=0))
    once = time.monotonic() - began
    for number in range(50):
        publish(DocumentFound(document_id=number))
    assert time.monotonic() - began < 5 * once

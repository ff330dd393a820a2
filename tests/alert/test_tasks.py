from __future__ import annotations

from services.alert import tasks
from shared.celery_app import app
from shared.routing import QUEUES


def test_every_task_that_routing_gives_to_alert_is_here_under_its_name() -> None:
    routed = {task for task in QUEUES if task.startswith("alert.")}
    here = {
        task.name
        for task in (tasks.raise_alerts, tasks.warn_of_pressure, tasks.deliver, tasks.rehearse, tasks.find_work)
    }
    assert here == routed
    assert here <= app.tasks.keys()

"""The Celery app; its settings are read when first needed, so importing it opens nothing."""

from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_failure

from shared import handoffs
from shared.database import engine
from shared.logs import configure_logging
from shared.settings import settings

app = Celery("stancewatch")
app.config_from_object("shared.celery_settings")


@setup_logging.connect
def _log_our_way(**_: Any) -> None:
    configure_logging(settings())


@task_failure.connect
def _note_failure(sender: Any = None, kwargs: Any = None, exception: Any = None, **_: Any) -> None:
    """Write why a task failed beside the row that waits for it, so that a person sees it.

    Only the first line: in those that follow, databases quote the row.
    """
    event = (kwargs or {}).get("event")
    if event:
        (subject_id,) = event.values()
        said = str(exception).partition("\n")[0]
        handoffs.note_failure(engine(), sender.name, subject_id, reason=f"{type(exception).__name__}: {said}")

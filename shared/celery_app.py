"""The Celery app; its settings are read when first needed, so importing it opens nothing."""

from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_failure, worker_init

from shared import handoffs
from shared.database import engine
from shared.failures import UserMistake
from shared.logs import configure_logging
from shared.secret import refuse_without_key
from shared.settings import settings

app = Celery("stancewatch")
app.config_from_object("shared.celery_settings")


@setup_logging.connect
def _log_our_way(**_: Any) -> None:
    configure_logging(settings())


@worker_init.connect
def _refuse_to_start_without_a_key(**_: Any) -> None:
    """End with one line; Celery would log any other error of this function and go on."""
    try:
        refuse_without_key(settings())
    except UserMistake as mistake:
        raise SystemExit(f"stancewatch: {mistake}") from mistake


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

"""Alert's Celery tasks: each joins one handler to this process's edges."""

from datetime import timedelta

from services.alert import deps, handlers, rehearsing, warning
from services.alert.rehearsing import Stage
from shared.bus import celery_publisher
from shared.celery_app import app
from shared.clock import utc_now
from shared.database import engine
from shared.events import DeliveryDue, PressureNoticed, RehearsalAsked, ShiftDetected
from shared.settings import settings
from shared.transaction import reads
from shared.workers import begin


@app.task(name="alert.raise_alerts", pydantic=True)
def raise_alerts(event: ShiftDetected) -> None:
    """Raise the alerts of a shift."""
    handlers.raise_alerts(event.shift_id, begin=begin(), lease=deps.lease(), now=utc_now())


@app.task(name="alert.warn_of_pressure", pydantic=True)
def warn_of_pressure(event: PressureNoticed) -> None:
    """Raise the early warnings of a pressure."""
    warning.warn_of_pressure(event.pressure_id, begin=begin(), lease=deps.lease(), now=utc_now())


@app.task(name="alert.deliver", pydantic=True)
def deliver(event: DeliveryDue) -> None:
    """Try a delivery once."""
    handlers.deliver(
        event.delivery_id, begin=begin(), channels=deps.channels(), policy=deps.delivery_policy(), now=utc_now()
    )


@app.task(name="alert.rehearse", pydantic=True)
def rehearse(event: RehearsalAsked) -> None:
    """Send one test and note what came of it."""
    edges = Stage(begin=begin(), read=reads(engine()), channels=deps.channels(), lease=deps.lease())
    rehearsing.rehearse(event.rehearsal_id, edges, public_url=settings().public_url, now=utc_now())


@app.task(name="alert.find_work")
def find_work() -> None:
    """Ring again for what waits."""
    handlers.find_work(
        begin=begin(),
        publish=celery_publisher(app),
        renudge=timedelta(seconds=settings().renudge_seconds),
        most=deps.MOST_NUDGES,
        now=utc_now(),
    )

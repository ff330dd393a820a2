"""Extract's tasks: an event comes in, a handler with its real edges goes to work."""

from services.extract import deps, handlers, reviewing
from services.extract.shifts import STANDARD_RULES
from shared.celery_app import app
from shared.clock import utc_now
from shared.events import ArticleIngested, StatementsTagged
from shared.workers import begin


@app.task(name="extract.tag_article", pydantic=True)
def tag_article(event: ArticleIngested) -> None:
    """Read an article."""
    handlers.tag_article(event.article_id, begin=begin(), reader=deps.reader(), lease=deps.lease(), now=utc_now())


@app.task(name="extract.review_positions", pydantic=True)
def review_positions(event: StatementsTagged) -> None:
    """Read again the timelines that a reading touched."""
    reviewing.review_positions(event.tagging_id, begin=begin(), rules=STANDARD_RULES, lease=deps.lease(), now=utc_now())


@app.task(name="extract.find_work")
def find_work() -> None:
    """Ring again for what waits."""
    handlers.find_work(
        begin=begin(), publish=deps.publisher(), renudge=deps.renudge(), most=deps.MOST_NUDGES, now=utc_now()
    )

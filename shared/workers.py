"""What every worker's tasks need: the transactions of this process, made once."""

from functools import lru_cache

from shared.bus import celery_publisher
from shared.celery_app import app
from shared.database import engine
from shared.transaction import Begin, transactions


@lru_cache(maxsize=1)
def begin() -> Begin:
    """Transactions on this process's database whose events leave through Celery."""
    return transactions(engine(), celery_publisher(app))

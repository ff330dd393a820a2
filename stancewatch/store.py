"""The database a command works on: reachable, current, or a line that says what to do."""

from pathlib import Path

from sqlalchemy import Engine

from shared.bus import celery_publisher
from shared.celery_app import app as celery
from shared.database import create_database
from shared.failures import UserMistake
from shared.schema import is_current
from shared.settings import settings
from shared.transaction import Begin, Read, reads, transactions


def open_database(url: str | None = None) -> Engine:
    """Return the database at `url` or by the settings; refuse one whose schema is missing or old."""
    database = create_database(url or settings().database)
    path = database.url.database
    if database.dialect.name == "sqlite" and path and not _exists(path):
        raise UserMistake(f"there is no database at {path} yet; run: stancewatch db upgrade")
    if not is_current(database):
        raise UserMistake("the database's schema is not current; run: stancewatch db upgrade")
    return database


def reading(url: str | None = None) -> Read:
    """Return sessions for looking only."""
    return reads(open_database(url))


def writing(url: str | None = None) -> Begin:
    """Return transactions whose events go to the running workers."""
    return transactions(open_database(url), celery_publisher(celery))


def _exists(path: str) -> bool:
    return path == ":memory:" or Path(path).exists()

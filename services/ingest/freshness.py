"""How long a server asks us to wait, read from its headers."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from shared.web import Answered

LONGEST_WAIT = timedelta(days=30)
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})")
SECONDS = re.compile(r"\d{1,12}(?:\.\d*)?")


def retry_after(answer: Answered, *, now: datetime) -> timedelta | None:
    """Return how long the server asks to be left alone: seconds or a date, never below zero, at most 30 days."""
    written = (answer.header("retry-after") or "").strip()
    if SECONDS.fullmatch(written):
        return min(timedelta(seconds=float(written)), LONGEST_WAIT)
    moment = _moment(written)
    return None if moment is None else _bounded(moment - (_moment(answer.header("date")) or now))


def fresh_for(answer: Answered, *, now: datetime) -> timedelta | None:
    """Return how long the answer says it stays good: Cache-Control, else Expires."""
    control = (answer.header("cache-control") or "").lower()
    if "no-cache" in control or "no-store" in control:
        return None
    age = MAX_AGE.search(control)
    if age:
        return _bounded(timedelta(seconds=int(age.group(1))))
    expires = _moment(answer.header("expires"))
    return None if expires is None else _bounded(expires - (_moment(answer.header("date")) or now))


def _moment(written: str | None) -> datetime | None:
    if not written:
        return None
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _bounded(wait: timedelta) -> timedelta:
    return max(timedelta(), min(wait, LONGEST_WAIT))

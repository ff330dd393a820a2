"""When a mailbox that refuses for good is written to no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.alert.channels.base import Accepted, Outcome, Rejected

# Mailman's rule: at most one bounce a day counts, five of them suppress, and what is long ago is forgotten.
HARD_BOUNCE = 1.0
LIMIT = 5.0
ONE_A_DAY = timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mailbox stands with us."""

    score: float = 0.0
    bounced_at: datetime | None = None
    suppressed_at: datetime | None = None
    reason: str = ""


def standing_after(standing: Standing, outcome: Outcome, *, now: datetime) -> Standing:
    """Return how a mailbox stands after one more mail; one that does not exist is suppressed at once."""
    match outcome:
        case Accepted():
            return Standing()
        case Rejected(no_such_mailbox=True, detail=detail):
            return replace(standing, bounced_at=now, suppressed_at=now, reason=detail)
        case Rejected(detail=detail):
            return _bounced(standing, detail, now)
    return standing


def _bounced(standing: Standing, detail: str, now: datetime) -> Standing:
    age = now - standing.bounced_at if standing.bounced_at else FORGOTTEN_AFTER
    if age < ONE_A_DAY:
        return standing
    score = HARD_BOUNCE + (standing.score if age < FORGOTTEN_AFTER else 0.0)
    suppressed_at = now if score >= LIMIT else None
    return Standing(score, now, suppressed_at, detail)

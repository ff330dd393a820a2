"""When a mailbox that refuses is written to no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.alert.channels.base import Outcome, Rejected
from services.alert.dsn import Bounce

# Mailman's rule: at most one bounce a day counts, five of them suppress, and what is long ago is forgotten. An accepted
# mail forgives nothing: a relay accepts every mail at first, and reports the bounce later.
HARD_BOUNCE, SOFT_BOUNCE = 1.0, 0.5
LIMIT = 5.0
ONE_A_DAY = timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=7)
NO_SUCH_MAILBOX = ("5.1.1", "5.1.10", "5.1.6", "5.2.1")  # RFC 3463: none of that name, moved away, disabled


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
        case Rejected(no_such_mailbox=True, detail=detail):
            return _suppressed(standing, detail, now)
        case Rejected(detail=detail):
            return _bounced(standing, HARD_BOUNCE, detail, now)
    return standing


def standing_after_bounce(standing: Standing, bounce: Bounce, *, now: datetime) -> Standing:
    """Return how a mailbox stands after a mail to it came back; 4.x.x is what was given up after days of trying."""
    if bounce.status in NO_SUCH_MAILBOX:
        return _suppressed(standing, bounce.reason, now)
    return _bounced(standing, HARD_BOUNCE if bounce.permanent else SOFT_BOUNCE, bounce.reason, now)


def _suppressed(standing: Standing, detail: str, now: datetime) -> Standing:
    return replace(standing, bounced_at=now, suppressed_at=now, reason=detail)


def _bounced(standing: Standing, weight: float, detail: str, now: datetime) -> Standing:
    age = now - standing.bounced_at if standing.bounced_at else FORGOTTEN_AFTER
    if age < ONE_A_DAY or standing.suppressed_at is not None:
        return standing
    score = weight + (standing.score if age < FORGOTTEN_AFTER else 0.0)
    return Standing(score, now, now if score >= LIMIT else None, detail)

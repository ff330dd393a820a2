"""When a delivery that did not arrive is tried again."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

# The waits that Standard Webhooks recommends between attempts: over three days in all.
WAITS: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.2
SHORTEST_WAIT_AFTER_OVERLOAD = timedelta(seconds=60)


def wait_after(attempt: int, *, key: str) -> timedelta | None:
    """Return how long to wait after the given failed attempt (from 1), or None where no attempt is left.

    Waits are stretched by up to a fifth, never shortened: whoever is back within 74 hours is always reached. The
    stretch follows from the delivery's key, so that the same history always gives the same times.
    """
    if attempt > len(WAITS):
        return None
    return WAITS[attempt - 1] * (1 + JITTER * _share(key, attempt))


def wait_as_asked(wait: timedelta, asked: timedelta | None) -> timedelta:
    """Follow a receiver's Retry-After within [`wait`, twice `wait`], at least a minute."""
    longest = max(2 * wait, SHORTEST_WAIT_AFTER_OVERLOAD)
    return min(max(wait, asked or wait, SHORTEST_WAIT_AFTER_OVERLOAD), longest)


def _share(key: str, attempt: int) -> float:
    digest = sha256(f"{key}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64

"""When a chat endpoint that keeps failing is left alone, and when it is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.reader_words import ChatOutcome

# Outcomes that say that the endpoint is not well. A bad answer to one question is none of them: an article that
# provokes it must spoil no other's reading.
UNWELL = frozenset(
    {
        ChatOutcome.TIMED_OUT,
        ChatOutcome.UNREACHABLE,
        ChatOutcome.REFUSED,
        ChatOutcome.BUSY,
        ChatOutcome.SERVER_ERROR,
        ChatOutcome.DENIED,
        ChatOutcome.NO_CHAT,
    }
)
MOST_IN_A_ROW = 3
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
# How many of the latest tries tell how long to pause.
MEMORY = 8


@dataclass(frozen=True, slots=True)
class Tried:
    """One question that was sent, when, what came of it, and for how many seconds it asked us to stay away."""

    at: datetime
    outcome: ChatOutcome
    retry_after: float


def paused_until(latest: Sequence[Tried]) -> datetime | None:
    """Until when nothing is asked, by the latest tries, the newest first; each further failure doubles the pause."""
    failures = 0
    while failures < len(latest) and latest[failures].outcome in UNWELL:
        failures += 1
    if failures == 0:
        return None
    asked_for = timedelta(seconds=latest[0].retry_after)
    doubled = FIRST_PAUSE * 2 ** (failures - MOST_IN_A_ROW) if failures >= MOST_IN_A_ROW else timedelta()
    pause = min(LONGEST_PAUSE, max(asked_for, doubled))
    return latest[0].at + pause if pause else None

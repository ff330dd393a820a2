"""Whether a feed has moved for good: a server must say so again and again for a day before we believe it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TIMES = 3
SPAN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Move:
    """Where permanent redirects led, since when, and how many answers in a row said so."""

    to: str
    since: datetime
    times: int = 1


def follow_move(before: Move | None, moved_to: str | None, *, now: datetime) -> Move | None:
    """Count one more answer; another target, or none, starts anew."""
    if moved_to is None:
        return None
    if before is None or before.to != moved_to:
        return Move(moved_to, since=now)
    return Move(moved_to, before.since, before.times + 1)


def has_settled(move: Move | None, *, now: datetime) -> bool:
    """Tell whether the move has been said often and long enough."""
    return move is not None and move.times >= TIMES and now - move.since >= SPAN

"""How much mail one domain gets in a time: what may go now, and when the rest may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """So many mails a minute, of which `burst` may go together after a rest."""

    per_minute: int
    burst: int = 1

    @property
    def interval(self) -> timedelta:
        return timedelta(minutes=1) / self.per_minute


@dataclass(frozen=True, slots=True)
class Room:
    """How a domain stands: when its next place is free, and which was the last place given to mail that waits."""

    free_at: datetime
    planned_until: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """How many mails go now, when those that came too many are due again, and how the domain stands then."""

    go: int
    places: tuple[datetime, ...]
    room: Room


def share_out(room: Room, *, wanting: int, most: int, pace: Pace, now: datetime) -> Share:
    """Let as many of the `wanting` mails go as the pace has places for, at most `most`; give later places to the rest.

    What could go but for `most` gets no other place: it goes as soon as others have gone.
    """
    start = max(room.free_at, now)
    ahead = (pace.burst - 1) * pace.interval
    places = max(0, (now + ahead - start) // pace.interval + 1)
    go = min(wanting, most, places)
    first = max(room.planned_until, start + places * pace.interval - ahead - pace.interval) + pace.interval
    later = tuple(first + number * pace.interval for number in range(max(0, wanting - places)))
    planned = later[-1] if later else room.planned_until
    return Share(go, later, Room(start + go * pace.interval if go else room.free_at, planned))

"""How much mail one domain gets in a time: what may go now, and when the rest may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """So many mails in any minute, of which `burst` may go together after a rest."""

    per_minute: int
    burst: int = 1

    @property
    def interval(self) -> timedelta:
        return MINUTE / self.per_minute


@dataclass(frozen=True, slots=True)
class Room:
    """How a domain stands: when its next place is free, and which was the last place given to mail that waits.

    `minute` tells when each mail of the last minute had come, the oldest first; one still on its way counts as now.
    """

    free_at: datetime
    planned_until: datetime
    minute: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """How many mails go now, when those that came too many are due again, and how the domain stands then."""

    go: int
    places: tuple[datetime, ...]
    room: Room


def share_out(room: Room, *, wanting: int, most: int, pace: Pace, now: datetime) -> Share:
    """Let as many of the `wanting` mails go as the pace has places for, at most `most`; give later places to the rest.

    What counts is when mail comes, not when it is let go: however long each is on its way, no minute sees more than
    the pace allows, since whatever may have come within the last one is counted in. What could go but for `most` gets
    no other place: it goes as soon as others have gone.
    """
    start = max(room.free_at, now)
    ahead = (pace.burst - 1) * pace.interval
    smooth = min(wanting, max(0, (now + ahead - start) // pace.interval + 1))
    places = min(smooth, max(0, pace.per_minute - len(room.minute)))
    go = min(most, places)
    rest = (room.minute[number] if number < len(room.minute) else now for number in range(smooth - places))
    full = tuple(came + MINUTE for came in rest)
    first = max(room.planned_until, start + smooth * pace.interval - ahead - pace.interval) + pace.interval
    later = tuple(first + number * pace.interval for number in range(wanting - smooth))
    planned = later[-1] if later else room.planned_until
    return Share(go, (*full, *later), Room(start + go * pace.interval if go else room.free_at, planned, room.minute))

"""Sending many deliveries side by side: a few are taken over, sent, and saved, and more are taken over meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic, sleep
from typing import Protocol

from services.alert.channels.base import Carried, Channels, Parcel, carry
from services.alert.delivery import DueDelivery, Width
from shared.leases import Lease

ONE_MOMENT = 0.05  # seconds
LONGEST_LOOK_AWAY = 0.5  # seconds
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=0.1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Begun:
    """A try that is on record and about to be carried out."""

    due: DueDelivery
    lease: Lease
    parcel: Parcel


class TakeOver(Protocol):
    """Takes over due deliveries, at most so many, beside those that are `flying` in each lane."""

    def __call__(self, most: int, flying: Counter[str], *, after: timedelta) -> tuple[Begun, ...]: ...


class UntilNext(Protocol):
    """Tells how long it is until the next delivery falls due; nothing where none waits."""

    def __call__(self, *, after: timedelta) -> timedelta | None: ...


class Save(Protocol):
    """Saves what tries came to."""

    def __call__(self, carried: Sequence[tuple[Begun, Carried]]) -> None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """Where deliveries wait, and where what came of them is noted."""

    take_over: TakeOver
    until_next: UntilNext
    save: Save


def send_side_by_side(first: Sequence[Begun], *, since: float, line: Line, channels: Channels, width: Width) -> None:
    """Send `first`, taken over at `since` on the monotonic clock, and whatever else is due.

    Slow receivers hold up themselves, not others. A bug in a channel is raised once everything that left beside it is
    saved, or all of that would be sent again.
    """
    flying: dict[Future[Carried], Begun] = {}
    broken: list[Future[Carried]] = []
    ready, taken_at, patience = tuple(first), since, timedelta(seconds=width.linger)
    with ThreadPoolExecutor(width.at_once, thread_name_prefix="deliver") as pool:
        while True:
            for begun in ready:
                flying[pool.submit(carry, channels[begun.due.channel], begun.parcel, since=taken_at)] = begun
            taken_at = monotonic()
            elapsed = timedelta(seconds=taken_at - since)
            ready = () if broken else _more(flying, line.take_over, width, elapsed=elapsed)
            if ready:
                continue
            if not flying:
                pause = line.until_next(after=elapsed) if patience and not broken else None
                if pause is None or pause > min(patience, LONGEST_PAUSE):
                    break
                patience -= max(pause, SHORTEST_PAUSE)
                sleep(max(pause, SHORTEST_PAUSE).total_seconds())
                continue
            ended = {future: flying.pop(future) for future in _some_that_are_done(flying)}
            broken += [future for future in ended if future.exception() is not None]
            if carried := [(begun, future.result()) for future, begun in ended.items() if future not in broken]:
                line.save(carried)
    for future in broken:
        future.result()


def _more(
    flying: Mapping[Future[Carried], Begun], take_over: TakeOver, width: Width, *, elapsed: timedelta
) -> tuple[Begun, ...]:
    """Take more on when half of what is in hand is done, as long as there is time."""
    if elapsed >= timedelta(seconds=width.seconds) or len(flying) > width.in_hand // 2:
        return ()
    busy = Counter(begun.due.lane for begun in flying.values())
    return take_over(width.in_hand - len(flying), busy, after=elapsed)


def _some_that_are_done(flying: Collection[Future[Carried]]) -> Collection[Future[Carried]]:
    """Wait for the first, and a moment for others that can be saved in the same transaction.

    Where all are slow none may be done: what has fallen due meanwhile must not wait for them.
    """
    wait(flying, timeout=LONGEST_LOOK_AWAY, return_when=FIRST_COMPLETED)
    done, _ = wait(flying, timeout=ONE_MOMENT)
    return done

"""Sending many deliveries side by side: a few are taken over, sent, and saved, and more are taken over meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Protocol

from services.alert.channels.base import Carried, Channels, Parcel, carry
from services.alert.delivery import DueDelivery, Width
from shared.leases import Lease

ONE_MOMENT = 0.05  # seconds
LONGEST_LOOK_AWAY = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Begun:
    """A try that is on record and about to be carried out."""

    due: DueDelivery
    lease: Lease
    parcel: Parcel


class TakeOver(Protocol):
    """Takes over due deliveries, at most so many, beside those that are `flying` in each lane."""

    def __call__(self, most: int, flying: Counter[str], *, after: timedelta) -> tuple[Begun, ...]: ...


class Save(Protocol):
    """Saves what tries came to."""

    def __call__(self, carried: Sequence[tuple[Begun, Carried]]) -> None: ...


def send_side_by_side(
    first: Sequence[Begun], *, take_over: TakeOver, save: Save, channels: Channels, width: Width
) -> None:
    """Send `first` and whatever else is due: slow receivers hold up themselves, not others.

    A bug in a channel is raised once everything that left beside it is saved, or all of that would be sent again.
    """
    began = monotonic()
    flying: dict[Future[Carried], Begun] = {}
    broken: list[Future[Carried]] = []
    ready = tuple(first)
    with ThreadPoolExecutor(width.at_once, thread_name_prefix="deliver") as pool:
        while True:
            for begun in ready:
                flying[pool.submit(carry, channels[begun.due.channel], begun.parcel)] = begun
            ready = () if broken else _more(flying, take_over, width, elapsed=timedelta(seconds=monotonic() - began))
            if ready:
                continue
            if not flying:
                break
            ended = {future: flying.pop(future) for future in _some_that_are_done(flying)}
            broken += [future for future in ended if future.exception() is not None]
            if carried := [(begun, future.result()) for future, begun in ended.items() if future not in broken]:
                save(carried)
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

"""Sending many deliveries side by side: a few are taken over, sent, and saved, and more are taken over meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Protocol

from services.alert.channels.base import Carried, Channels, Parcel, carry
from services.alert.delivery import DueDelivery, Width
from shared.leases import Lease


@dataclass(frozen=True, slots=True)
class Begun:
    """A try that is on record and about to be carried out."""

    due: DueDelivery
    lease: Lease
    parcel: Parcel


class TakeOver(Protocol):
    """Takes over due deliveries, at most so many, beside those that are `flying` to each address."""

    def __call__(self, most: int, flying: Counter[str], *, after: timedelta) -> tuple[Begun, ...]: ...


class Save(Protocol):
    """Saves what tries came to."""

    def __call__(self, carried: Sequence[tuple[Begun, Carried]]) -> None: ...


def send_side_by_side(
    first: Sequence[Begun], *, take_over: TakeOver, save: Save, channels: Channels, width: Width
) -> None:
    """Send `first` and whatever else is due: slow receivers hold up themselves, not others."""
    began = monotonic()
    flying: dict[Future[Carried], Begun] = {}
    ready = tuple(first)
    with ThreadPoolExecutor(width.at_once, thread_name_prefix="deliver") as pool:
        while ready or flying:
            for begun in ready:
                flying[pool.submit(carry, channels[begun.due.channel], begun.parcel)] = begun
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            save([(flying.pop(future), future.result()) for future in done])
            elapsed = monotonic() - began
            room = 2 * width.at_once - len(flying) if elapsed < width.seconds else 0
            busy = Counter(begun.due.address for begun in flying.values())
            ready = take_over(room, busy, after=timedelta(seconds=elapsed)) if room > 0 else ()

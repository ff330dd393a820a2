"""What every channel takes and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from services.alert.asking import Question
from services.alert.early_warning import Telling
from shared.vocabulary import ChannelKind


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way to one receiver, with those that travel in it as a digest.

    `key` is the same on every try, `sent_at` is this try's time.
    """

    key: str
    address: str
    message: Telling | Question
    sent_at: datetime
    secrets: tuple[str, ...] = ()
    more: tuple[Telling, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The receiver took it."""

    detail: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The receiver refused for good: another try cannot help."""

    detail: str
    no_such_mailbox: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The receiver is no more and wants nothing from us ever again."""

    detail: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """The receiver did not take it this time; `asked` is the wait that an overloaded one asked for."""

    detail: str
    overloaded: bool = False
    asked: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No connection, or one that broke before the whole message had left."""

    detail: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No answer in time; it may have arrived."""

    detail: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The whole message had left when the connection broke; it may have arrived."""

    detail: str


Outcome = Accepted | Rejected | Gone | Postponed | Unreachable | TimedOut | Interrupted


class Channel(Protocol):
    """Takes one parcel to its receiver."""

    def __call__(self, parcel: Parcel) -> Outcome: ...


Channels = Mapping[ChannelKind, Channel]


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a parcel, how long it stood in line from its `sent_at` on, and how long carrying it took."""

    outcome: Outcome
    waited: timedelta
    took: timedelta


def carry(channel: Channel, parcel: Parcel, *, since: float) -> Carried:
    """Hand a parcel to its channel and time it; `since` is its `sent_at` on the monotonic clock."""
    started = monotonic()
    outcome = channel(parcel)
    waited, took = started - since, monotonic() - started
    return Carried(outcome, timedelta(seconds=waited), timedelta(seconds=took))

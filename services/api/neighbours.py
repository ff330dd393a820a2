"""What the API shows that other services decide: the functions it is handed, and the values they answer with.

Services never import each other; `stancewatch.web` joins them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from shared.transaction import Read
from shared.vocabulary import ChannelKind, DeliveryState, ShiftBasis, ShiftKind, Stance


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscription would ask for; an empty tuple asks for all."""

    figures: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    kinds: tuple[ShiftKind, ...] = ()
    outlets: tuple[str, ...] = ()
    minimum_confidence: float = 0.0
    own_words_only: bool = False


@dataclass(frozen=True, slots=True)
class ToldCopy:
    """One channel's copy of an alert that was raised."""

    channel: ChannelKind
    state: DeliveryState
    reason: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why a subscription was told of something or was not: what was decided then, and what its wishes say by now."""

    detected_at: datetime
    told: bool
    raised_at: datetime | None
    reason_then: str | None
    copies: tuple[ToldCopy, ...]
    asked_for: bool
    reason_now: str


@dataclass(frozen=True, slots=True)
class Step:
    """One testimony on a timeline, its weight in nats, what it came to and the position held once all is weighed.

    `known_then` is the position that could be read when it was published; `statement` shows the testimony best.
    """

    statement: int
    article: str
    published: datetime
    stance: Stance
    weight: float
    part: str
    held: Stance
    known_then: Stance | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that does not count, and why."""

    statement: int
    reason: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of position on a timeline; a pending one waits for more evidence and nobody is told yet."""

    article: str
    at: datetime
    from_stance: Stance
    to_stance: Stance
    kind: ShiftKind
    confidence: float
    reason: str
    pending: bool
    basis: ShiftBasis


@dataclass(frozen=True, slots=True)
class Silence:
    """Why one article raised no alert, and how many nats it had of those that it needed, where that decided."""

    at: datetime
    article: str
    reason: str
    weight: float
    needed: float


@dataclass(frozen=True, slots=True)
class Explained:
    """A timeline with its reasons; no position where too little was said, then `leaning` is what it would be."""

    position: Stance | None
    leaning: Stance | None
    support: float
    burden: float
    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...]
    turns: tuple[Turn, ...]
    silences: tuple[Silence, ...]


ClosedWays = Mapping[tuple[int, ChannelKind], str]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The functions of other services.

    `caught` returns the shifts that a wish would have caught since a time, the newest first. `closed` says why nothing
    goes out by a way of a subscription. `retry` and `replay` make deliveries due and return their ids. `wake` has a
    webhook called again. All may raise `UserMistake`.
    """

    caught: Callable[[Session, Wish, datetime], tuple[int, ...]]
    why: Callable[[Session, str, int, datetime], Why]
    why_warned: Callable[[Session, str, int, datetime], Why]
    closed: Callable[[Session], ClosedWays]
    retry: Callable[[Session, int, datetime], None]
    replay: Callable[[Session, int, datetime, datetime], tuple[int, ...]]
    wake: Callable[[Session, int, str], None]
    explain: Callable[[Read, str, str], Explained]

"""What an alert speaks of: a shift or a pressure with its witnesses, and what a subscription wishes to hear."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from services.alert.policy import Rhythm
from shared.vocabulary import Arrival, ChannelKind, ShiftBasis, ShiftKind, ShiftStatus, SignalKind, Stance


@dataclass(frozen=True, slots=True)
class Witness:
    """A statement as a reader meets it: the words, when and where they were published, and a link."""

    stance: Stance
    evidence: str
    own_words: bool
    published_at: datetime
    outlet: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Point:
    """One dated stance on a timeline."""

    at: datetime
    stance: Stance
    own_words: bool


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """A change of position with everything a reader needs in order to defend it."""

    shift_id: int
    figure_id: str
    figure_name: str
    issue_id: str
    issue_name: str
    proposition: str
    kind: ShiftKind
    from_stance: Stance
    to_stance: Stance
    at: datetime
    confidence: float
    status: ShiftStatus
    before: Witness
    after: Witness
    arrived: Arrival = Arrival.LIVE
    timeline: tuple[Point, ...] = ()
    basis: ShiftBasis = ShiftBasis.SHOWN
    withdrawn_because: str = ""


@dataclass(frozen=True, slots=True)
class PressureReport:
    """Several independent sources press a figure whose position is open, with the latest of their calls.

    `toward` is what they ask for where they agree, else `none`; `sources` counts their stories,
    `outlets` are those that told them.
    """

    pressure_id: int
    figure_id: str
    figure_name: str
    issue_id: str
    issue_name: str
    proposition: str
    toward: Stance
    sources: int
    since: datetime
    until: datetime
    over: bool
    arrived: Arrival
    outlets: tuple[str, ...]
    calls: tuple[Witness, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one subscription wants to hear of; an empty tuple means any, of signals none."""

    figures: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    kinds: tuple[ShiftKind, ...] = ()
    signals: tuple[SignalKind, ...] = ()
    outlets: tuple[str, ...] = ()
    minimum_confidence: float = 0.0
    own_words_only: bool = False
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscription with its wishes and its ways out."""

    subscription_id: int
    wishes: Wishes
    ways: tuple[tuple[ChannelKind, str], ...]
    rhythm: Rhythm = field(default_factory=Rhythm)

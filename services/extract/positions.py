"""Which positions an actor held, read from the whole timeline at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.extract.timeline import Timeline
from shared.vocabulary import Stance

STANCES = (Stance.FAVOR, Stance.AGAINST, Stance.MIXED)
STATE = {stance: state for state, stance in enumerate(STANCES)}
Run = tuple[int, int, int]  # a state, its start, and the place after its end


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the timeline in which one position explains the testimonies best; `end` is the place after it.

    `agreeing` are the places of the testimonies that show the position, `agreement` is what speaks for it, `support`
    the same less what speaks for the strongest other one, in nats.
    """

    stance: Stance
    start: int
    end: int
    agreeing: tuple[int, ...]
    agreement: float
    support: float


@dataclass(frozen=True, slots=True)
class Held:
    """The position as known now; `support` in nats."""

    stance: Stance
    support: float


@dataclass(frozen=True, slots=True)
class NotEnoughEvidence:
    """Something was said, yet too little to call it a position; `leaning` is what it would be."""

    leaning: Stance
    support: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was said."""


Position = Held | NotEnoughEvidence | Unknown


def read_periods(timeline: Timeline, *, burden: float) -> tuple[Period, ...]:
    """Cut the timeline into periods so that the testimonies left unexplained plus `burden` for each change is least.

    This is the most probable path of a three-state chain (Viterbi 1967). A change needs more than `burden` nats at the
    end of the timeline; between two periods of the same other position it needs twice as much, there and back.
    """
    if not timeline.weights:
        return ()
    states = [STATE[statement.stance] for statement in timeline.shown_by]
    path = _cheapest_path(states, timeline.weights, burden)
    return tuple(_period(state, range(start, end), states, timeline.weights) for state, start, end in path)


def current_position(periods: tuple[Period, ...], *, burden: float) -> Position:
    """Read the position from the last period."""
    if not periods:
        return Unknown()
    last = periods[-1]
    if last.support > burden or len(periods) > 1:
        return Held(last.stance, last.support)
    return NotEnoughEvidence(last.stance, last.support)


def _period(state: int, places: range, states: Sequence[int], weights: Sequence[float]) -> Period:
    agreeing, totals = [], [0.0] * len(STANCES)
    for place in places:
        here = states[place]
        totals[here] += weights[place]
        if here == state:
            agreeing.append(place)
    agreement = totals.pop(state)
    return Period(STANCES[state], places.start, places.stop, tuple(agreeing), agreement, agreement - max(totals))


def _cheapest_path(states: Sequence[int], weights: Sequence[float], burden: float) -> Iterator[Run]:
    """Find the path of least cost; the three states are written out, since this runs at every review.

    A change is noted as one number, the place and the state it came from: two thousand pairs take longer.
    """
    favor = against = mixed = 0.0
    changes: tuple[list[int], ...] = ([], [], [])
    to_favor, to_against, to_mixed = (came.append for came in changes)
    for place, (here, weight) in enumerate(zip(states, weights, strict=True)):
        origin, least = (0, favor) if favor <= against else (1, against)
        if mixed < least:
            origin, least = 2, mixed
        bound = least + burden
        # On a tie nothing changes: silence is the safer error.
        if bound < favor:
            to_favor(place * 3 + origin)
            favor = bound
        if bound < against:
            to_against(place * 3 + origin)
            against = bound
        if bound < mixed:
            to_mixed(place * 3 + origin)
            mixed = bound
        if here == 0:
            against += weight
            mixed += weight
        elif here == 1:
            favor += weight
            mixed += weight
        else:
            favor += weight
            against += weight
    costs = (favor, against, mixed)
    return _traced_back(costs.index(min(costs)), changes, len(weights))


def _traced_back(state: int, changes: tuple[list[int], ...], end: int) -> Iterator[Run]:
    """Follow the changes backwards and return the runs forwards.

    A state that was reached by a change at some place came there from the origin, and held before it what that held.
    """
    runs = []
    while True:
        came = changes[state]
        del came[bisect_left(came, end * 3) :]
        start, origin = divmod(came.pop(), 3) if came else (0, state)
        runs.append((state, start, end))
        if start == 0:
            return reversed(runs)
        state, end = origin, start

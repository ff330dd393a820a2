"""Which positions an actor held, read from the whole timeline at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.extract.timeline import Testimony
from shared.vocabulary import Stance

STANCES = (Stance.FAVOR, Stance.AGAINST, Stance.MIXED)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the timeline in which one position explains the testimonies best.

    `agreement` is what speaks for this position, `support` the same less what speaks for the strongest other one, in
    nats; `agreeing` are the testimonies that show it.
    """

    stance: Stance
    testimonies: tuple[Testimony, ...]
    agreeing: tuple[Testimony, ...]
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


def read_periods(testimonies: tuple[Testimony, ...], *, burden: float) -> tuple[Period, ...]:
    """Cut the timeline into periods so that the testimonies left unexplained plus `burden` for each change is least.

    This is the most probable path of a three-state chain (Viterbi 1967). A change needs more than `burden` nats at the
    end of the timeline; between two periods of the same other position it needs twice as much, there and back.
    """
    if not testimonies:
        return ()
    return tuple(_period(stance, testimonies[start:end]) for stance, start, end in _cheapest_path(testimonies, burden))


def current_position(periods: tuple[Period, ...], *, burden: float) -> Position:
    """Read the position from the last period."""
    if not periods:
        return Unknown()
    last = periods[-1]
    if last.support > burden or len(periods) > 1:
        return Held(last.stance, last.support)
    return NotEnoughEvidence(last.stance, last.support)


def _period(stance: Stance, testimonies: tuple[Testimony, ...]) -> Period:
    total = dict.fromkeys(STANCES, 0.0)
    for testimony in testimonies:
        total[testimony.stance] += testimony.weight
    agreement = total.pop(stance)
    agreeing = tuple([testimony for testimony in testimonies if testimony.stance is stance])
    return Period(stance, testimonies, agreeing, agreement, agreement - max(total.values()))


def _cheapest_path(testimonies: tuple[Testimony, ...], burden: float) -> Iterator[tuple[Stance, int, int]]:
    """Find the path of least cost; the three states stand in a line each, since this runs at every review."""
    favor = against = mixed = 0.0
    changes: tuple[list[tuple[int, int]], ...] = ([], [], [])
    for place, testimony in enumerate(testimonies):
        least = favor if favor <= against else against
        least = least if least <= mixed else mixed
        # On a tie nothing changes: silence is the safer error.
        bound = least + burden
        if bound < favor or bound < against or bound < mixed:
            costs = (favor, against, mixed)
            origin = costs.index(least)
            for state, cost in enumerate(costs):
                if bound < cost:
                    changes[state].append((place, origin))
            favor, against, mixed = min(favor, bound), min(against, bound), min(mixed, bound)
        weight, stance = testimony.weight, testimony.stance
        if stance is not Stance.FAVOR:
            favor += weight
        if stance is not Stance.AGAINST:
            against += weight
        if stance is not Stance.MIXED:
            mixed += weight
    costs = (favor, against, mixed)
    return _traced_back(costs.index(min(costs)), changes, len(testimonies))


def _traced_back(state: int, changes: tuple[list[tuple[int, int]], ...], end: int) -> Iterator[tuple[Stance, int, int]]:
    """Follow the changes backwards and return the runs forwards: stance, start, end.

    A state that was reached by a change at some place came there from the origin, and held before it what that held.
    """
    runs = []
    while True:
        came = changes[state]
        while came and came[-1][0] >= end:
            came.pop()
        start, origin = came.pop() if came else (0, state)
        if start == 0:
            runs.append((STANCES[state], 0, end))
            return reversed(runs)
        runs.append((STANCES[state], start, end))
        state, end = origin, start

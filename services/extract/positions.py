"""Which positions an actor held, read from the whole timeline at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from services.extract.timeline import Testimony
from shared.vocabulary import Stance

STANCES = (Stance.FAVOR, Stance.AGAINST, Stance.MIXED)
INDEX = {stance: index for index, stance in enumerate(STANCES)}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the timeline in which one position explains the testimonies best."""

    stance: Stance
    testimonies: tuple[Testimony, ...]

    @property
    def agreeing(self) -> tuple[Testimony, ...]:
        return tuple(testimony for testimony in self.testimonies if testimony.stance is self.stance)

    @property
    def agreement(self) -> float:
        """What speaks for this position, in nats."""
        return sum(testimony.weight for testimony in self.agreeing)

    @property
    def support(self) -> float:
        """What speaks for this position less what speaks for the strongest other one, in nats."""
        total = dict.fromkeys(STANCES, 0.0)
        for testimony in self.testimonies:
            total[testimony.stance] += testimony.weight
        return total.pop(self.stance) - max(total.values())


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
    stances = _cheapest_path(testimonies, burden)
    runs = groupby(zip(stances, testimonies, strict=True), key=lambda pair: pair[0])
    return tuple(Period(stance, tuple(testimony for _, testimony in run)) for stance, run in runs)


def current_position(periods: tuple[Period, ...], *, burden: float) -> Position:
    """Read the position from the last period."""
    if not periods:
        return Unknown()
    last = periods[-1]
    if last.support > burden or len(periods) > 1:
        return Held(last.stance, last.support)
    return NotEnoughEvidence(last.stance, last.support)


def _cheapest_path(testimonies: tuple[Testimony, ...], burden: float) -> tuple[Stance, ...]:
    costs = [0.0] * len(STANCES)
    came_from: list[list[int]] = []
    for testimony in testimonies:
        least = min(costs)
        # On a tie nothing changes: silence is the safer error.
        changed = [least + burden < cost for cost in costs]
        came_from.append([costs.index(least) if change else here for here, change in enumerate(changed)])
        costs = [least + burden if change else cost for change, cost in zip(changed, costs, strict=True)]
        agreed = costs[INDEX[testimony.stance]]
        costs = [cost + testimony.weight for cost in costs]
        costs[INDEX[testimony.stance]] = agreed
    return _traced_back(costs.index(min(costs)), came_from)


def _traced_back(state: int, came_from: list[list[int]]) -> tuple[Stance, ...]:
    path = []
    for origins in reversed(came_from):
        path.append(STANCES[state])
        state = origins[state]
    return tuple(reversed(path))

"""Which rule for changes of position errs least on invented careers whose readings err as a tagger's do.

`python -m benchmarks.shift_rules` prints, for short and long careers and for taggers of several accuracies, the
precision and recall of the shifts that stand at the end, and how many have fallen of those told on the way, for each
that stands; a rule is named by its least burden, its growth and what it asks of the latest change.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from services.extract.shifts import STANDARD_RULES, ShiftRules, detect_shifts
from services.extract.timeline import DatedStatement, build_timeline
from shared.vocabulary import Stance

STANCES = (Stance.FAVOR, Stance.AGAINST, Stance.MIXED)
RULES = tuple(
    ShiftRules(STANDARD_RULES.weights, least, growth, confirming)
    for least, growth, confirming in (
        (1.4, 0.0, 0.0),
        (2.0, 0.0, 0.0),
        (2.8, 0.0, 0.0),
        (1.0, 0.6, 0.0),
        (1.0, 0.6, 0.4),
        (1.0, 0.6, 0.8),
        (0.8, 0.6, 0.4),
        (0.8, 0.75, 0.4),
        (1.4, 0.6, 0.4),
        (0.5, 0.9, 0.4),
    )
)
FOLLOWED = 40  # careers that are also followed article by article
START = datetime(2024, 1, 1, tzinfo=UTC)
Turns = tuple[tuple[Stance, Stance], ...]
Detector = Callable[[Sequence[DatedStatement]], Turns]


@dataclass(frozen=True, slots=True)
class World:
    """Careers of `articles` articles; before each one the position turns with the probability `turn`."""

    name: str
    articles: int
    turn: float
    accuracies: tuple[float, ...]


WORLDS = (
    World("5 articles, good tagger", 5, 0.12, (0.7, 0.85, 0.95)),
    World("5 articles, middling tagger", 5, 0.12, (0.5, 0.7, 0.9)),
    World("40 articles, good tagger", 40, 0.03, (0.7, 0.85, 0.95)),
    World("40 articles, middling tagger", 40, 0.03, (0.5, 0.7, 0.9)),
)


@dataclass(slots=True)
class Tally:
    right: int = 0
    shown: int = 0
    true: int = 0
    followed: int = 0
    taken_back: int = 0

    def line(self) -> str:
        precision, recall = self.right / max(self.shown, 1), self.right / max(self.true, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        return (
            f"P {precision:.2f}  R {recall:.2f}  F1 {f1:.2f}  taken back {self.taken_back / max(self.followed, 1):.2f}"
        )


def main(careers: int = 300) -> None:
    """Print one block for each world, one line for each rule."""
    for world in WORLDS:
        print(world.name)
        for name, detect in detectors():
            print(f"  {name:<26}{tally(world, detect, careers=careers).line()}")


def detectors() -> tuple[tuple[str, Detector], ...]:
    """The naive rule, runs of equal readings, and the whole-timeline reading under several burdens."""
    runs = [(f"run of {length}", _runs_of(length)) for length in (1, 2, 3)]
    return (*runs, *((f"{rules.least} + {rules.growth} ln n, {rules.confirming}", _timeline(rules)) for rules in RULES))


def tally(world: World, detect: Detector, *, careers: int) -> Tally:
    """Count over invented careers; the same careers for every rule."""
    chance, result = random.Random(2024), Tally()
    for number in range(careers):
        turns, readings = career(world, chance)
        found = detect(readings)
        result.true += len(turns)
        result.shown += len(found)
        result.right += _common(found, turns)
        if number < FOLLOWED:
            result.followed += len(found)
            result.taken_back += _told(readings, detect) - len(found)
    return result


def career(world: World, chance: random.Random) -> tuple[Turns, tuple[DatedStatement, ...]]:
    """One actor's true turns, and what a tagger of honest confidence makes of the articles."""
    position, positions, readings = chance.choice(STANCES), [], []
    for day in range(world.articles):
        if day and chance.random() < world.turn:
            position = chance.choice([stance for stance in STANCES if stance is not position])
        positions.append(position)
        confidence = chance.choice(world.accuracies)
        others = [stance for stance in STANCES if stance is not position]
        shown = position if chance.random() < confidence else chance.choice(others)
        readings.append(_reading(day, shown, confidence))
    return tuple((one, two) for one, two in pairwise(positions) if one is not two), tuple(readings)


def _reading(day: int, stance: Stance, confidence: float) -> DatedStatement:
    at = START + timedelta(days=day)
    return DatedStatement(at, f"https://outlet.example/{day:04}", 0, stance, day, day, confidence, True, day, False)


def _common(found: Turns, true: Turns) -> int:
    left = list(true)
    for turn in found:
        if turn in left:
            left.remove(turn)
    return len(true) - len(left)


def _told(readings: Sequence[DatedStatement], detect: Detector) -> int:
    after_each = [detect(readings[:count]) for count in range(len(readings) + 1)]
    return sum(len(after) - _common(before, after) for before, after in pairwise(after_each))


def _timeline(rules: ShiftRules) -> Detector:
    def detect(readings: Sequence[DatedStatement]) -> Turns:
        drafts = detect_shifts(build_timeline(readings, weights=rules.weights), rules=rules)
        return tuple((draft.before.stance, draft.after.stance) for draft in drafts)

    return detect


def _runs_of(length: int) -> Detector:
    """A position is taken once `length` readings in a row agree."""

    def detect(readings: Sequence[DatedStatement]) -> Turns:
        taken: list[Stance] = []
        for end in range(length, len(readings) + 1):
            run = {reading.stance for reading in readings[end - length : end]}
            if len(run) == 1 and taken[-1:] != [*run]:
                taken.extend(run)
        return tuple(pairwise(taken))

    return detect


if __name__ == "__main__":
    main()

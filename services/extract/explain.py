"""Why a timeline shows the shifts it shows, and why it shows no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.extract.positions import NotEnoughEvidence, Period, Position, current_position, read_periods
from services.extract.shifts import ShiftDraft, ShiftRules, read_changes
from services.extract.timeline import Omission, Testimony, Timeline
from shared.vocabulary import Stance


class Part(StrEnum):
    """What an article's testimony is to the position."""

    BASELINE = "baseline"  # the first that shows a known position
    RESTATEMENT = "restatement"  # the same position once more
    TURN = "turn"  # the first that shows another position
    PENDING_TURN = "pending_turn"  # the same, while too little agrees with it to tell anybody
    STRAY = "stray"  # another stance, outweighed by what stands around it
    HINT = "hint"  # all there is, and too little for a position


@dataclass(frozen=True, slots=True)
class Step:
    """One testimony, what it is to the position, and the stance held once everything known is weighed."""

    testimony: Testimony
    part: Part
    held: Stance


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole reading; weights and burdens in nats, `position` as it is known now."""

    steps: tuple[Step, ...]
    left_out: tuple[Omission, ...]
    changes: tuple[ShiftDraft, ...]
    position: Position
    burden: float
    burden_of_the_latest: float


def explain(timeline: Timeline, *, rules: ShiftRules) -> Explanation:
    """Say of every testimony what it came to; `changes` are those that stand and one that may be pending."""
    burden = rules.burden(timeline)
    periods = read_periods(timeline, burden=burden)
    changes = read_changes(timeline, rules=rules)
    known = len(changes) - sum(change.pending for change in changes) + 1
    position = current_position(periods[:known], burden=burden)
    return Explanation(
        steps=tuple(
            step
            for number, period in enumerate(periods)
            for step in _steps(timeline, period, _opening(number, changes, position))
        ),
        left_out=timeline.omissions,
        changes=changes,
        position=position,
        burden=burden,
        burden_of_the_latest=rules.burden_of_the_latest(timeline),
    )


def _opening(number: int, changes: tuple[ShiftDraft, ...], position: Position) -> Part:
    """What the first agreeing testimony of a period is."""
    if number == 0:
        return Part.HINT if isinstance(position, NotEnoughEvidence) else Part.BASELINE
    return Part.PENDING_TURN if changes[number - 1].pending else Part.TURN


def _steps(timeline: Timeline, period: Period, opening: Part) -> Iterator[Step]:
    part = opening
    for testimony in map(timeline.testimony, range(period.start, period.end)):
        if testimony.stance is not period.stance:
            yield Step(testimony, Part.STRAY, period.stance)
            continue
        yield Step(testimony, part, period.stance)
        part = Part.HINT if opening is Part.HINT else Part.RESTATEMENT

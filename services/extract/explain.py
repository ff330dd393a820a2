"""Why a timeline shows the shifts it shows, and why it shows no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.extract.positions import NotEnoughEvidence, Period, Position, current_position, read_periods
from services.extract.reported_shifts import with_reports
from services.extract.shifts import ShiftDraft, ShiftRules, read_changes
from services.extract.timeline import DatedStatement, Omission, Testimony, Timeline, build_timeline
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
    """One testimony, what it is to the position, and the stance held once everything known is weighed.

    `known_then` is the position as far as it could be read when this was published.
    """

    testimony: Testimony
    part: Part
    held: Stance
    known_then: Position


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole reading; weights and burdens in nats, `position` as it is known now.

    `statements` are those that were weighed or left out, `reports` what the press says of a turn.
    """

    steps: tuple[Step, ...]
    left_out: tuple[Omission, ...]
    changes: tuple[ShiftDraft, ...]
    position: Position
    burden: float
    burden_of_the_latest: float
    statements: tuple[DatedStatement, ...] = ()
    reports: tuple[DatedStatement, ...] = ()


def explain(
    statements: Iterable[DatedStatement], *, reports: Iterable[DatedStatement] = (), rules: ShiftRules
) -> Explanation:
    """Say of every testimony what it came to; `changes` are those that stand and one that may be pending."""
    weighed, told = tuple(sorted(statements)), tuple(sorted(reports))
    timeline = build_timeline(weighed, weights=rules.weights)
    burden = rules.burden(timeline)
    periods = read_periods(timeline, burden=burden)
    changes = with_reports(shown := read_changes(timeline, rules=rules), timeline, told, rules=rules)
    known = len(shown) - sum(change.pending for change in changes) + 1
    position = current_position(periods[:known], burden=burden)
    return Explanation(
        steps=tuple(
            step
            for number, period in enumerate(periods)
            for step in _steps(timeline, period, _opening(number, changes, position), rules)
        ),
        left_out=timeline.omissions,
        changes=changes,
        position=position,
        burden=burden,
        burden_of_the_latest=rules.burden_of_the_latest(timeline),
        statements=weighed,
        reports=told,
    )


def _opening(number: int, changes: tuple[ShiftDraft, ...], position: Position) -> Part:
    """What the first agreeing testimony of a period is."""
    if number == 0:
        return Part.HINT if isinstance(position, NotEnoughEvidence) else Part.BASELINE
    return Part.PENDING_TURN if changes[number - 1].pending else Part.TURN


def _steps(timeline: Timeline, period: Period, opening: Part, rules: ShiftRules) -> Iterator[Step]:
    part = opening
    for place in range(period.start, period.end):
        testimony, known_then = timeline.testimony(place), _known(timeline.until(place + 1), rules)
        if testimony.stance is not period.stance:
            yield Step(testimony, Part.STRAY, period.stance, known_then)
            continue
        yield Step(testimony, part, period.stance, known_then)
        part = Part.HINT if opening is Part.HINT else Part.RESTATEMENT


def _known(timeline: Timeline, rules: ShiftRules) -> Position:
    """Read the position of a timeline that goes no further, a change that still waits left out."""
    burden = rules.burden(timeline)
    periods = read_periods(timeline, burden=burden)
    waits = any(change.pending for change in read_changes(timeline, rules=rules))
    return current_position(periods[: len(periods) - waits], burden=burden)

"""Where a figure stands on an issue, read off the standing shifts and, before any of them, the statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.api.views import ShiftView, StanceWeight, StatementView
from shared.vocabulary import Stance


@dataclass(frozen=True, slots=True)
class Moment:
    """One statement on a timeline, the position after it, and the shift it shows, if it shows one."""

    statement: StatementView
    position: Stance
    shift: ShiftView | None


@dataclass(frozen=True, slots=True)
class Square:
    """Where one figure stands on one issue."""

    position: Stance | None
    statements: int
    shift: ShiftView | None


def position_now(shifts: Sequence[ShiftView], weights: Iterable[StanceWeight]) -> Stance | None:
    """Return where the last shift led; without one, the stance with most confidence behind it."""
    if shifts:
        return shifts[-1].to_stance
    return heaviest((weight.stance, weight.weight) for weight in weights)


def moments(statements: Sequence[StatementView], shifts: Sequence[ShiftView]) -> tuple[Moment, ...]:
    """Set the position beside each statement; both arguments run from the oldest to the newest."""
    if not statements:
        return ()
    shown_by = {shift.after.statement: shift for shift in shifts}
    position = _baseline(statements, shifts)
    timeline = []
    for statement in statements:
        shift = shown_by.get(statement.id)
        position = shift.to_stance if shift else position
        timeline.append(Moment(statement, position, shift))
    return tuple(timeline)


def squares(shifts: Iterable[ShiftView], weights: Iterable[StanceWeight]) -> dict[tuple[str, str], Square]:
    """Return where each figure stands on each issue; the shifts run from the oldest to the newest."""
    weighed, turned = defaultdict(list), defaultdict(list)
    for weight in weights:
        weighed[weight.figure, weight.issue].append(weight)
    for shift in shifts:
        turned[shift.figure, shift.issue].append(shift)
    return {
        square: Square(
            position=position_now(turned[square], weighed[square]),
            statements=sum(weight.statements for weight in weighed[square]),
            shift=turned[square][-1] if turned[square] else None,
        )
        for square in {*weighed, *turned}
    }


def heaviest(weighed: Iterable[tuple[Stance, float]]) -> Stance | None:
    """Return the stance with the greatest sum of weights; among equals the first in the vocabulary."""
    sums: defaultdict[Stance, float] = defaultdict(float)
    for stance, weight in weighed:
        sums[stance] += weight
    return max(sorted(sums, key=list(Stance).index), key=sums.__getitem__, default=None)


def _baseline(statements: Sequence[StatementView], shifts: Sequence[ShiftView]) -> Stance:
    if shifts:
        return shifts[0].from_stance
    return heaviest((statement.stance, statement.confidence) for statement in statements) or Stance.MIXED

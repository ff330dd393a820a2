"""Which stored shifts still stand once a timeline was read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.extract.shifts import ShiftDraft
from shared.vocabulary import ShiftStatus, Stance


@dataclass(frozen=True, slots=True)
class KnownShift:
    """A stored shift, as far as telling it apart from others needs; in order of `at`."""

    shift_id: int
    from_stance: Stance
    to_stance: Stance
    after_statement_id: int
    status: ShiftStatus


@dataclass(frozen=True, slots=True)
class Raised:
    """A shift that nobody was told of."""

    draft: ShiftDraft


@dataclass(frozen=True, slots=True)
class Changed:
    """A stored shift that fell before, or that led elsewhere: people must hear what it is now."""

    shift_id: int
    draft: ShiftDraft


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored shift that stands as it was told, perhaps on better evidence."""

    shift_id: int
    draft: ShiftDraft


@dataclass(frozen=True, slots=True)
class Fallen:
    """A stored shift that the timeline no longer shows."""

    shift_id: int


Verdict = Raised | Changed | Kept | Fallen


def compare(known: Sequence[KnownShift], drafts: Sequence[ShiftDraft]) -> tuple[Verdict, ...]:
    """Match what is stored with what the timeline shows now: by the statement after, then by direction and order.

    The second match keeps one shift one: where a late article shows it earlier, it moves and is not told again.
    """
    by_statement = {shift.after_statement_id: shift for shift in known}
    matches = {draft: by_statement.pop(draft.after.quoted) for draft in drafts if draft.after.quoted in by_statement}
    movable = [shift for shift in by_statement.values() if shift.status is ShiftStatus.STANDING]
    for draft in drafts:
        if draft not in matches and (shift := _same_direction(movable, draft)):
            movable.remove(shift)
            matches[draft] = shift
    found = tuple(_verdict(draft, matches.get(draft)) for draft in drafts)
    return (*(Fallen(shift.shift_id) for shift in movable), *found)


def _same_direction(shifts: Sequence[KnownShift], draft: ShiftDraft) -> KnownShift | None:
    direction = (draft.before.stance, draft.after.stance)
    return next((shift for shift in shifts if (shift.from_stance, shift.to_stance) == direction), None)


def _verdict(draft: ShiftDraft, shift: KnownShift | None) -> Verdict:
    if shift is None:
        return Raised(draft)
    same = (shift.from_stance, shift.to_stance) == (draft.before.stance, draft.after.stance)
    if same and shift.status is ShiftStatus.STANDING:
        return Kept(shift.shift_id, draft)
    return Changed(shift.shift_id, draft)

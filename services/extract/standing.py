"""Which stored shifts still stand once a timeline was read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.extract.shifts import ShiftDraft
from shared.vocabulary import ShiftKind, ShiftStatus, Stance


@dataclass(frozen=True, slots=True)
class StoredShift:
    """What is stored of a shift, and of a draft once it is stored."""

    kind: ShiftKind
    from_stance: Stance
    to_stance: Stance
    before_statement_id: int
    after_statement_id: int
    at: datetime
    confidence: float
    reason: str
    status: ShiftStatus


@dataclass(frozen=True, slots=True)
class KnownShift:
    """A shift with its row."""

    shift_id: int
    stored: StoredShift


@dataclass(frozen=True, slots=True)
class Raised:
    """A shift that nobody was told of."""

    shift: StoredShift


@dataclass(frozen=True, slots=True)
class Changed:
    """A stored shift that fell before, or that led elsewhere: people must hear what it is now."""

    shift_id: int
    shift: StoredShift


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored shift that stands as it was told, perhaps on other evidence."""

    shift_id: int
    shift: StoredShift


@dataclass(frozen=True, slots=True)
class Fallen:
    """A stored shift that the timeline no longer shows."""

    shift_id: int


@dataclass(frozen=True, slots=True)
class Untouched:
    """A stored shift that reads as before."""

    shift_id: int


Verdict = Raised | Changed | Kept | Fallen | Untouched


def compare(known: Sequence[KnownShift], drafts: Sequence[ShiftDraft]) -> tuple[Verdict, ...]:
    """Match what is stored with what the timeline shows now: by the statement after, then by direction and order.

    The second match keeps one shift one: where a late article shows it earlier, it moves and is not told again.
    """
    shown = [_stored(draft) for draft in drafts]
    by_statement = {shift.stored.after_statement_id: shift for shift in known}
    matches = [by_statement.pop(shift.after_statement_id, None) for shift in shown]
    movable = [shift for shift in by_statement.values() if shift.stored.status is ShiftStatus.STANDING]
    for place, shift in enumerate(shown):
        if matches[place] is None and (moved := _same_direction(movable, shift)):
            movable.remove(moved)
            matches[place] = moved
    found = tuple(_verdict(shift, match) for shift, match in zip(shown, matches, strict=True))
    return (*(Fallen(shift.shift_id) for shift in movable), *found)


def _stored(draft: ShiftDraft) -> StoredShift:
    return StoredShift(
        kind=draft.kind,
        from_stance=draft.before.stance,
        to_stance=draft.after.stance,
        before_statement_id=draft.before.quoted,
        after_statement_id=draft.after.quoted,
        at=draft.at,
        confidence=draft.confidence,
        reason=draft.reason.value,
        status=ShiftStatus.STANDING,
    )


def _same_direction(shifts: Sequence[KnownShift], shift: StoredShift) -> KnownShift | None:
    return next((known for known in shifts if _direction(known.stored) == _direction(shift)), None)


def _direction(shift: StoredShift) -> tuple[Stance, Stance]:
    return shift.from_stance, shift.to_stance


def _verdict(shift: StoredShift, known: KnownShift | None) -> Verdict:
    if known is None:
        return Raised(shift)
    if known.stored == shift:
        return Untouched(known.shift_id)
    if known.stored.status is ShiftStatus.STANDING and _direction(known.stored) == _direction(shift):
        return Kept(known.shift_id, shift)
    return Changed(known.shift_id, shift)

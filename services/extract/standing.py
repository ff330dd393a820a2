"""Which stored shifts still stand once a timeline was read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.extract.shifts import ShiftDraft
from shared.vocabulary import Decision, ShiftBasis, ShiftKind, ShiftStatus, Stance, WhyWithdrawn


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
    basis: ShiftBasis
    before_sources: int
    after_sources: int
    pending_until: datetime | None
    status: ShiftStatus
    decided: Decision | None


@dataclass(frozen=True, slots=True)
class KnownShift:
    """A shift with its row."""

    shift_id: int
    stored: StoredShift


@dataclass(frozen=True, slots=True)
class Raised:
    """A shift that was not stored; it may be pending."""

    shift: StoredShift


@dataclass(frozen=True, slots=True)
class Changed:
    """A stored shift that stands now and did not, or that led elsewhere: people must hear what it is."""

    shift_id: int
    shift: StoredShift


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored shift that stands or waits as before, perhaps on other evidence."""

    shift_id: int
    shift: StoredShift


@dataclass(frozen=True, slots=True)
class Fallen:
    """A stored shift that the timeline no longer shows, or shows too faintly; `stood` where people may know of it."""

    shift_id: int
    status: ShiftStatus
    because: WhyWithdrawn
    stood: bool
    shift: StoredShift | None = None


@dataclass(frozen=True, slots=True)
class Untouched:
    """A stored shift that reads as before."""

    shift_id: int


Verdict = Raised | Changed | Kept | Fallen | Untouched


def compare(known: Sequence[KnownShift], shown: Sequence[StoredShift]) -> tuple[Verdict, ...]:
    """Match what is stored with what the timeline shows now: by the statement after, then by direction and order.

    The second match keeps one shift one: where a late article shows it earlier, it moves and is not told again.
    """
    by_statement = {shift.stored.after_statement_id: shift for shift in known}
    matches = [by_statement.pop(shift.after_statement_id, None) for shift in shown]
    movable = [shift for shift in by_statement.values() if shift.stored.status in ALIVE]
    for place, shift in enumerate(shown):
        if matches[place] is None and (moved := _same_direction(movable, shift)):
            movable.remove(moved)
            matches[place] = moved
    found = tuple(_verdict(shift, match) for shift, match in zip(shown, matches, strict=True))
    told_otherwise = any(isinstance(verdict, Raised | Changed) for verdict in found)
    fallen = (_fallen(shift, told_otherwise=told_otherwise) for shift in movable)
    return (*fallen, *found)


def stored(draft: ShiftDraft, *, pending_until: datetime | None, decided: Decision | None = None) -> StoredShift:
    """Turn a draft into what is stored of it; what a person confirmed waits for nobody else."""
    waits = draft.pending and decided is not Decision.CONFIRM
    return StoredShift(
        kind=draft.kind,
        from_stance=draft.before.stance,
        to_stance=draft.after.stance,
        before_statement_id=draft.before.quoted,
        after_statement_id=draft.after.quoted,
        at=draft.at,
        confidence=draft.confidence,
        reason=draft.reason.value,
        basis=draft.basis,
        before_sources=draft.before.articles,
        after_sources=draft.after.articles,
        pending_until=pending_until if waits else None,
        status=ShiftStatus.PENDING if waits else ShiftStatus.STANDING,
        decided=decided,
    )


ALIVE = (ShiftStatus.STANDING, ShiftStatus.PENDING)


def _same_direction(shifts: Sequence[KnownShift], shift: StoredShift) -> KnownShift | None:
    return next((known for known in shifts if _direction(known.stored) == _direction(shift)), None)


def _direction(shift: StoredShift) -> tuple[Stance, Stance]:
    return shift.from_stance, shift.to_stance


def _verdict(shift: StoredShift, known: KnownShift | None) -> Verdict:
    if known is None:
        return Raised(shift)
    if known.stored == shift:
        return Untouched(known.shift_id)
    stood = known.stored.status is ShiftStatus.STANDING
    if shift.status is ShiftStatus.PENDING:
        if stood:
            return Fallen(known.shift_id, ShiftStatus.PENDING, WhyWithdrawn.WAITS_AGAIN, stood=True, shift=shift)
        return Kept(known.shift_id, shift)
    if stood and _direction(known.stored) == _direction(shift):
        return Kept(known.shift_id, shift)
    return Changed(known.shift_id, shift)


def _fallen(known: KnownShift, *, told_otherwise: bool) -> Fallen:
    stood = known.stored.status is ShiftStatus.STANDING
    if known.stored.decided is Decision.REJECT:
        return Fallen(known.shift_id, ShiftStatus.WITHDRAWN, WhyWithdrawn.REJECTED, stood)
    if told_otherwise:
        return Fallen(known.shift_id, ShiftStatus.SUPERSEDED, WhyWithdrawn.SHOWN_OTHERWISE, stood)
    return Fallen(known.shift_id, ShiftStatus.WITHDRAWN, WhyWithdrawn.NO_LONGER_SHOWN, stood)

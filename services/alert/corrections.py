"""Which shift now tells what a disproved one told, if any does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.vocabulary import ShiftStatus, Stance


@dataclass(frozen=True, slots=True)
class Turn:
    """A shift of one actor on one issue, by what changed and when."""

    shift_id: int
    from_stance: Stance
    to_stance: Stance
    at: datetime
    status: ShiftStatus


def replacement(disproved: Turn, turns: Sequence[Turn]) -> Turn | None:
    """Return the standing turn between the same stances that lies next to a disproved one, with no other between."""
    standing = sorted((turn for turn in turns if turn.status is ShiftStatus.STANDING), key=lambda turn: turn.at)
    earlier = [turn for turn in standing if turn.at <= disproved.at][-1:]
    later = [turn for turn in standing if turn.at > disproved.at][:1]
    same = [turn for turn in (*earlier, *later) if _stances(turn) == _stances(disproved)]
    return min(same, key=lambda turn: abs(turn.at - disproved.at), default=None)


def replacements(shift_id: int, turns: Sequence[Turn]) -> tuple[int, ...]:
    """Return the shift that tells now what this one told, if any does."""
    found = (replacement(turn, turns) for turn in turns if turn.shift_id == shift_id)
    return tuple(turn.shift_id for turn in found if turn is not None)


def replaced_by(shift_id: int, turns: Sequence[Turn]) -> tuple[int, ...]:
    """Return the disproved shifts, the latest last, whose people hear of this one as a correction."""
    disproved = [turn for turn in turns if turn.status is not ShiftStatus.STANDING]
    found = ((old.shift_id, replacement(old, turns)) for old in disproved)
    return tuple(old_id for old_id, new in found if new is not None and new.shift_id == shift_id)


def _stances(turn: Turn) -> tuple[Stance, Stance]:
    return turn.from_stance, turn.to_stance

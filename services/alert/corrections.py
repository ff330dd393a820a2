"""Which shift now tells what a disproved one told, if any does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.vocabulary import News, ShiftStatus, Stance


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


def news_of(disproved: Turn, turns: Sequence[Turn]) -> News:
    """Tell whether a disproved shift is told differently now, or not at all."""
    return News.WITHDRAWN if replacement(disproved, turns) is None else News.CORRECTED


def replaced_by(shift_id: int, turns: Sequence[Turn]) -> tuple[int, ...]:
    """Return the disproved shifts whose people are told of this one by a correction, not by an alert of its own."""
    disproved = [turn for turn in turns if turn.status is ShiftStatus.SUPERSEDED]
    found = ((old.shift_id, replacement(old, turns)) for old in disproved)
    return tuple(old_id for old_id, new in found if new is not None and new.shift_id == shift_id)


def _stances(turn: Turn) -> tuple[Stance, Stance]:
    return turn.from_stance, turn.to_stance

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alert.corrections import Turn, replaced_by, replacements
from shared.vocabulary import ShiftStatus, Stance
from tests.alert.builders import NOW

LETTERS = {"F": Stance.FAVOR, "A": Stance.AGAINST, "M": Stance.MIXED}


def turn(shift_id: int, stances: str, day: int, status: ShiftStatus = ShiftStatus.STANDING) -> Turn:
    return Turn(shift_id, LETTERS[stances[0]], LETTERS[stances[1]], NOW + timedelta(days=day), status)


TOLD = turn(1, "MA", 10, ShiftStatus.SUPERSEDED)


@pytest.mark.parametrize(
    ("others", "by"),
    [
        pytest.param((), None, id="nothing stands"),
        pytest.param((turn(2, "MA", 8),), 2, id="the same turn, earlier"),
        pytest.param((turn(2, "MA", 12),), 2, id="the same turn, later"),
        pytest.param((turn(2, "MF", 12),), None, id="another turn"),
        pytest.param((turn(2, "MA", 2), turn(3, "AM", 6)), None, id="another turn between"),
        pytest.param((turn(2, "MA", 7), turn(3, "MA", 11)), 3, id="the nearer of two"),
    ],
)
def test_a_disproved_turn_is_told_by_the_same_turn_beside_it_or_by_none(
    others: tuple[Turn, ...], by: int | None
) -> None:
    turns = (TOLD, *others)
    assert replacements(1, turns) == ((by,) if by else ())
    assert [other.shift_id for other in others if replaced_by(other.shift_id, turns) == (1,)] == ([by] if by else [])

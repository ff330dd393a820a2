from __future__ import annotations

from datetime import timedelta

import pytest

from services.alert.corrections import Turn, news_of, replaced_by
from shared.vocabulary import News, ShiftStatus, Stance
from tests.alert.builders import NOW

LETTERS = {"F": Stance.FAVOR, "A": Stance.AGAINST, "M": Stance.MIXED}


def turn(shift_id: int, stances: str, day: int, status: ShiftStatus = ShiftStatus.STANDING) -> Turn:
    return Turn(shift_id, LETTERS[stances[0]], LETTERS[stances[1]], NOW + timedelta(days=day), status)


TOLD = turn(1, "MA", 10, ShiftStatus.SUPERSEDED)


@pytest.mark.parametrize(
    ("others", "news", "by"),
    [
        pytest.param((), News.WITHDRAWN, None, id="nothing stands"),
        pytest.param((turn(2, "MA", 8),), News.CORRECTED, 2, id="the same turn, earlier"),
        pytest.param((turn(2, "MA", 12),), News.CORRECTED, 2, id="the same turn, later"),
        pytest.param((turn(2, "MF", 12),), News.WITHDRAWN, None, id="another turn"),
        pytest.param((turn(2, "MA", 2), turn(3, "AM", 6)), News.WITHDRAWN, None, id="another turn between"),
        pytest.param((turn(2, "MA", 7), turn(3, "MA", 11)), News.CORRECTED, 3, id="the nearer of two"),
    ],
)
def test_a_disproved_turn_is_told_differently_or_withdrawn(
    others: tuple[Turn, ...], news: News, by: int | None
) -> None:
    turns = (TOLD, *others)
    assert news_of(TOLD, turns) is news
    assert [other.shift_id for other in others if replaced_by(other.shift_id, turns) == (1,)] == ([by] if by else [])

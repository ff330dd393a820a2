"""Where a figure stands: after each statement, and now."""

from dataclasses import replace

import pytest

from services.api.positions import heaviest, moments, position_now
from services.api.views import EvidenceView, ShiftView, StanceWeight, StatementView
from shared.vocabulary import ShiftKind, ShiftStatus, Stance
from tests.api.builders import DAY_ONE

F, A, M = Stance.FAVOR, Stance.AGAINST, Stance.MIXED


def said(number: int, stance: Stance, confidence: float = 0.9) -> StatementView:
    return StatementView(
        id=number, article="https://ledger.example/a", title="", outlet="", published=DAY_ONE, actor="Ana Ruiz",
        figure="ana-ruiz", issue="tram", stance=stance, confidence=confidence, own_words=True, evidence="",
        start=0, end=0,
    )  # fmt: skip


def turned(before: int, after: int, came_from: Stance, went_to: Stance) -> ShiftView:
    side = EvidenceView(statement=before, article="", outlet="", published=DAY_ONE, evidence="")
    return ShiftView(
        before=side, after=replace(side, statement=after), id=1, figure="ana-ruiz", figure_name="Ana Ruiz",
        issue="tram", issue_name="Tram", from_stance=came_from, to_stance=went_to, kind=ShiftKind.COMMITMENT,
        at=DAY_ONE, detected_at=DAY_ONE, confidence=0.9, reason="", status=ShiftStatus.STANDING,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stances", "shifts", "positions"),
    [
        pytest.param((), (), (), id="nothing said"),
        pytest.param((F, F), (), (F, F), id="steady"),
        pytest.param((F, A, F), (), (F, F, F), id="one stray reading moves nothing"),
        pytest.param((M, A), (turned(0, 1, M, A),), (M, A), id="a shift moves it where it is shown"),
        pytest.param((A, M, A, A), (turned(1, 3, M, A),), (M, M, M, A), id="before the first shift stands its origin"),
    ],
)
def test_the_position_after_each_statement(
    stances: tuple[Stance, ...], shifts: tuple[ShiftView, ...], positions: tuple[Stance, ...]
) -> None:
    timeline = moments([said(number, stance) for number, stance in enumerate(stances)], shifts)
    assert tuple(moment.position for moment in timeline) == positions


def test_the_shift_stands_beside_the_statement_that_shows_it() -> None:
    shift = turned(0, 1, M, A)
    assert [moment.shift for moment in moments([said(0, M), said(1, A)], [shift])] == [None, shift]


def test_confidence_weighs_more_than_number() -> None:
    assert heaviest([(F, 0.3), (F, 0.3), (A, 0.9)]) == A


def test_equal_weights_are_decided_the_same_way_every_time() -> None:
    assert heaviest([(A, 0.5), (F, 0.5)]) == heaviest([(F, 0.5), (A, 0.5)]) == F


def test_the_position_now_is_where_the_last_shift_led() -> None:
    weights = [StanceWeight("ana-ruiz", "tram", F, statements=9, weight=8.0, latest=DAY_ONE)]
    assert position_now([turned(0, 1, M, A)], weights) == A
    assert position_now([], weights) == F
    assert position_now([], []) is None

"""The picture of a timeline: time runs to the right, stances have lanes, the line steps at shifts."""

from dataclasses import replace
from datetime import timedelta

from services.api.chart import LANES, LEFT, RIGHT, WIDTH, draw_chart
from services.api.positions import moments
from shared.vocabulary import ShiftKind, Stance
from tests.api.builders import DAY_ONE
from tests.api.test_positions import said, turned


def test_nothing_said_draws_nothing() -> None:
    assert draw_chart(()) is None


def test_dots_run_from_the_first_day_to_the_last_in_their_lanes() -> None:
    days = ((0, Stance.MIXED), (1, Stance.FAVOR), (4, Stance.AGAINST))
    statements = [replace(said(n, stance), published=DAY_ONE + timedelta(days=n)) for n, stance in days]
    chart = draw_chart(moments(statements, [turned(0, 4, Stance.MIXED, Stance.AGAINST)]))
    assert chart
    span = WIDTH - LEFT - RIGHT
    assert [dot.x for dot in chart.dots] == [LEFT, LEFT + span / 4, LEFT + span]
    assert [dot.y for dot in chart.dots] == [LANES[stance] for _, stance in days]
    assert [(turn.x, turn.kind) for turn in chart.turns] == [(LEFT + span, ShiftKind.COMMITMENT)]
    assert chart.line == f"M78.0 66 H232.5 V66 H696.0 V108 H{WIDTH - RIGHT}"


def test_statements_of_one_moment_stand_in_the_middle() -> None:
    chart = draw_chart(moments([said(0, Stance.FAVOR), said(1, Stance.FAVOR)], []))
    assert chart
    assert {dot.x for dot in chart.dots} == {(LEFT + WIDTH - RIGHT) / 2}

"""A timeline as a small picture: where each statement, the line of positions and each shift are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.api.positions import Moment
from shared.vocabulary import ShiftKind, Stance

WIDTH, HEIGHT = 720, 150
LEFT, RIGHT = 78, 24
LANES = {Stance.FAVOR: 24, Stance.MIXED: 66, Stance.AGAINST: 108}


@dataclass(frozen=True, slots=True)
class Dot:
    """One statement; `x` and `y` in the picture's units."""

    x: float
    y: float
    statement: int
    stance: Stance
    own_words: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One shift."""

    x: float
    kind: ShiftKind


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture ready to be drawn; `line` is an SVG path through the positions."""

    dots: tuple[Dot, ...]
    turns: tuple[Turn, ...]
    line: str
    first: datetime
    last: datetime
    width: int = WIDTH
    height: int = HEIGHT


def draw_chart(moments: Sequence[Moment]) -> Chart | None:
    """Lay out the moments of a timeline, the oldest first; None where there is nothing to draw."""
    if not moments:
        return None
    first, last = moments[0].statement.published, moments[-1].statement.published
    across = [_across(moment.statement.published, first, last) for moment in moments]
    return Chart(
        dots=tuple(_dot(moment, x) for moment, x in zip(moments, across, strict=True)),
        turns=tuple(Turn(x, moment.shift.kind) for moment, x in zip(moments, across, strict=True) if moment.shift),
        line=_line([(x, LANES[moment.position]) for moment, x in zip(moments, across, strict=True)]),
        first=first,
        last=last,
    )


def _dot(moment: Moment, x: float) -> Dot:
    shown = moment.statement
    return Dot(x=x, y=LANES[shown.stance], statement=shown.id, stance=shown.stance, own_words=shown.own_words)


def _across(moment: datetime, first: datetime, last: datetime) -> float:
    span = (last - first).total_seconds()
    share = (moment - first).total_seconds() / span if span else 0.5
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _line(points: Sequence[tuple[float, int]]) -> str:
    (start_x, start_y), *rest = points
    steps = "".join(f" H{x} V{y}" for x, y in rest)
    return f"M{start_x} {start_y}{steps} H{WIDTH - RIGHT}"

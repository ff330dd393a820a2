"""A small picture of a timeline: every dated stance on its level, and the turn that the message is about."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import Any

import structlog

from services.alert.message import STANCE_WORDS
from services.alert.values import Point, ShiftReport
from shared.vocabulary import Stance

WIDTH, HEIGHT = 556, 168  # as the mail shows it; drawn twice as large for sharp screens
LARGEST_PICTURE = 60_000  # bytes; many mail programs cut a mail at 100 kB
A_SEASON = timedelta(days=200)  # beyond it months say more than days
Axes = Any  # the library's own types know no dates on an axis
LEVELS: Mapping[Stance, int] = {Stance.FAVOR: 2, Stance.MIXED: 1, Stance.AGAINST: 0}
INK: Mapping[Stance, str] = {Stance.FAVOR: "#1d6b4f", Stance.AGAINST: "#a4332a", Stance.MIXED: "#8a6414"}
DIM, RULE, PAPER = "#5b6470", "#e6e8eb", "#ffffff"
# whatever a drawing library may stumble over: a mail without a picture is better than none
STUMBLES = (ImportError, OSError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RuntimeError)

_one_at_a_time = Lock()
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is to be drawn."""

    points: tuple[Point, ...]
    turned_at: datetime


def sketch_of(report: ShiftReport) -> Sketch | None:
    """Return what to draw of a shift; with fewer than two stances there is no line to show."""
    points = tuple(point for point in report.timeline if point.stance in LEVELS)
    return Sketch(points, report.at) if len(points) >= 2 else None


def picture_of(sketch: Sketch) -> bytes | None:
    """Draw a PNG, the same for the same sketch; nothing where it cannot be drawn or grows too large."""
    with _one_at_a_time:
        return _drawn(sketch)


def in_words(points: Sequence[Point], *, most: int = 12) -> str:
    """Say what the picture shows."""
    latest = points[-most:]
    told = "; ".join(f"{point.at.day} {point.at:%b %Y} {STANCE_WORDS[point.stance]}" for point in latest)
    return f"Timeline: {'... ' if len(points) > most else ''}{told}"


@lru_cache(maxsize=64)
def _drawn(sketch: Sketch) -> bytes | None:
    try:
        picture = _draw(sketch)
    except STUMBLES as error:
        log.warning("timeline_not_drawn", reason=type(error).__name__)
        return None
    return picture if len(picture) <= LARGEST_PICTURE else None


def _draw(sketch: Sketch) -> bytes:
    # loaded by the first mail: the plotting library takes a second and 50 MB, and only this worker needs it
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    with rc_context({"font.family": "DejaVu Sans", "font.size": 10.5}):
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=200, facecolor=PAPER)
        canvas: Any = FigureCanvasAgg(figure)
        _plot(figure.add_axes((0.125, 0.17, 0.85, 0.79)), sketch)
        canvas.draw()
        width, height = canvas.get_width_height(physical=True)
        drawn = Image.frombuffer("RGBA", (width, height), bytes(canvas.buffer_rgba()), "raw", "RGBA", 0, 1)
    out = io.BytesIO()
    drawn.convert("RGB").quantize(64).save(out, format="PNG", optimize=True)
    return out.getvalue()


def _plot(axes: Axes, sketch: Sketch) -> None:
    times = [point.at for point in sketch.points]
    levels = [LEVELS[point.stance] for point in sketch.points]
    axes.step(times, levels, where="post", color="#b9bfc7", linewidth=1.3, zorder=1)
    axes.axvline(sketch.turned_at, color="#1f4e79", linewidth=1, linestyle=(0, (3, 3)), zorder=2)
    for stance, ink in INK.items():
        for own_words, fill in ((False, PAPER), (True, ink)):
            here = [p.at for p in sketch.points if p.stance is stance and p.own_words is own_words]
            axes.scatter(here, [LEVELS[stance]] * len(here), s=42, c=fill, edgecolors=ink, linewidths=1.4, zorder=3)
    _label(axes, times)


def _label(axes: Axes, times: Sequence[datetime]) -> None:
    import matplotlib.dates

    dates: Any = matplotlib.dates

    margin = max((times[-1] - times[0]) * 0.04, timedelta(hours=6))
    axes.set_xlim(times[0] - margin, times[-1] + margin)
    axes.set_ylim(-0.5, 2.5)
    axes.set_yticks(list(LEVELS.values()), [STANCE_WORDS[stance] for stance in LEVELS])
    axes.tick_params(length=0, colors=DIM)
    for label, stance in zip(axes.get_yticklabels(), LEVELS, strict=True):
        label.set_color(INK[stance])
    axes.xaxis.set_major_locator(dates.AutoDateLocator(minticks=2, maxticks=5))
    written = "{:%b %Y}" if times[-1] - times[0] > A_SEASON else "{0.day} {0:%b}"
    axes.xaxis.set_major_formatter(lambda day, _: written.format(dates.num2date(day)))
    axes.grid(axis="y", color=RULE, linewidth=1)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)

"""Our own storylines through the whole path: what is found must not fall below what was reached."""

from pathlib import Path

import pytest

from stancewatch.evaluation.storylines import score_storylines

OURS = Path(__file__).parents[1] / "storylines"


@pytest.mark.slow
def test_what_is_found_in_our_storylines_does_not_fall() -> None:
    """Reached on 22 November 2026: precision .83, recall .57; 4 shifts right of 7 found, 3 false alarms."""
    figures = score_storylines(OURS)
    assert (figures.storylines, figures.articles) == (20, 80)
    assert figures.statements.precision >= 0.78
    assert figures.statements.recall >= 0.54
    assert figures.shifts.right >= 4
    assert figures.false_alarms <= 3

from __future__ import annotations

from dataclasses import replace

import pytest

from services.alert.matching import Matched, Missed, WhyAlerted, WhyNot, match
from services.alert.values import Wishes
from shared.vocabulary import ShiftKind, ShiftStatus
from tests.alert.builders import REPORT


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        pytest.param(Wishes(), WhyAlerted.EVERYTHING, id="no wish means everything"),
        pytest.param(Wishes(figures=("ada-quill",)), WhyAlerted.FIGURE, id="the figure"),
        pytest.param(Wishes(issues=("harbour-toll",)), WhyAlerted.ISSUE, id="the issue"),
        pytest.param(
            Wishes(figures=("someone", "ada-quill"), issues=("harbour-toll",), kinds=(ShiftKind.COMMITMENT,)),
            WhyAlerted.FIGURE_AND_ISSUE,
            id="one of several figures, the issue and the kind",
        ),
    ],
)
def test_a_shift_that_meets_every_wish_matches(wishes: Wishes, reason: WhyAlerted) -> None:
    assert match(REPORT, wishes) == Matched(reason)


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        pytest.param(Wishes(figures=("someone",)), WhyNot.OTHER_FIGURE, id="another figure"),
        pytest.param(Wishes(issues=("something",)), WhyNot.OTHER_ISSUE, id="another issue"),
        pytest.param(Wishes(kinds=(ShiftKind.REVERSAL,)), WhyNot.OTHER_KIND, id="another kind of shift"),
        pytest.param(
            Wishes(figures=("ada-quill",), issues=("something",)), WhyNot.OTHER_ISSUE, id="the figure on another issue"
        ),
    ],
)
def test_one_unmet_wish_is_enough_to_miss(wishes: Wishes, reason: WhyNot) -> None:
    assert match(REPORT, wishes) == Missed(reason)


def test_a_disproved_shift_matches_nobody() -> None:
    assert match(replace(REPORT, status=ShiftStatus.SUPERSEDED), Wishes()) == Missed(WhyNot.SHIFT_DISPROVED)

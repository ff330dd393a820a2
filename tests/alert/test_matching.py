from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.alert.matching import Matched, Missed, WhyAlerted, WhyNot, match
from services.alert.values import Wishes
from shared.vocabulary import Arrival, ShiftKind, ShiftStatus
from tests.alert.builders import NOW, REPORT


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
        pytest.param(
            Wishes(outlets=("Evening Ledger",), minimum_confidence=0.91, own_words_only=True, paused_until=NOW),
            WhyAlerted.EVERYTHING,
            id="outlet, confidence, own words, and a pause that is over",
        ),
    ],
)
def test_a_shift_that_meets_every_wish_matches(wishes: Wishes, reason: WhyAlerted) -> None:
    assert match(REPORT, wishes, now=NOW) == Matched(reason)


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        pytest.param(Wishes(figures=("someone",)), WhyNot.OTHER_FIGURE, id="another figure"),
        pytest.param(Wishes(issues=("something",)), WhyNot.OTHER_ISSUE, id="another issue"),
        pytest.param(Wishes(outlets=("Harbour Gazette",)), WhyNot.OTHER_OUTLET, id="shown by another outlet"),
        pytest.param(Wishes(minimum_confidence=0.95), WhyNot.BELOW_CONFIDENCE, id="too little confidence"),
        pytest.param(Wishes(paused_until=NOW + timedelta(days=1)), WhyNot.PAUSED, id="paused until tomorrow"),
        pytest.param(Wishes(kinds=(ShiftKind.REVERSAL,)), WhyNot.OTHER_KIND, id="another kind of shift"),
        pytest.param(
            Wishes(figures=("ada-quill",), issues=("something",)), WhyNot.OTHER_ISSUE, id="the figure on another issue"
        ),
    ],
)
def test_one_unmet_wish_is_enough_to_miss(wishes: Wishes, reason: WhyNot) -> None:
    assert match(REPORT, wishes, now=NOW) == Missed(reason)


def test_a_disproved_shift_matches_nobody() -> None:
    assert match(replace(REPORT, status=ShiftStatus.SUPERSEDED), Wishes(), now=NOW) == Missed(WhyNot.SHIFT_DISPROVED)


def test_history_is_no_news_to_anybody() -> None:
    assert match(replace(REPORT, arrived=Arrival.HISTORY), Wishes(), now=NOW) == Missed(WhyNot.HISTORY)


def test_a_characterisation_is_not_in_the_figures_own_words() -> None:
    characterised = replace(REPORT, after=replace(REPORT.after, own_words=False))
    assert match(characterised, Wishes(own_words_only=True), now=NOW) == Missed(WhyNot.NOT_OWN_WORDS)

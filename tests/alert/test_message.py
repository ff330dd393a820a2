from __future__ import annotations

from dataclasses import replace

import pytest

from services.alert.matching import WhyAlerted
from services.alert.message import Rating, write_message
from shared.vocabulary import ShiftKind, Stance
from tests.alert.builders import OCCASION, REPORT, a_message


def test_the_subject_names_figure_issue_and_change() -> None:
    assert a_message().subject == "Ada Quill on Harbour toll: mixed → against"


@pytest.mark.parametrize(
    ("kind", "before", "after", "change", "rating", "headline"),
    [
        pytest.param(
            ShiftKind.COMMITMENT,
            Stance.MIXED,
            Stance.FAVOR,
            "from mixed to in favor",
            Rating.HALF_FLIP,
            "Ada Quill took a side on Harbour toll",
            id="taking a side is half a flip",
        ),
        pytest.param(
            ShiftKind.RETREAT,
            Stance.FAVOR,
            Stance.MIXED,
            "from in favor to mixed",
            Rating.HALF_FLIP,
            "Ada Quill left a side on Harbour toll",
            id="leaving a side is half a flip",
        ),
        pytest.param(
            ShiftKind.REVERSAL,
            Stance.FAVOR,
            Stance.AGAINST,
            "from in favor to against",
            Rating.FULL_FLOP,
            "Ada Quill changed sides on Harbour toll",
            id="changing sides is a full flop",
        ),
    ],
)
def test_a_change_is_told_and_rated(
    *, kind: ShiftKind, before: Stance, after: Stance, change: str, rating: Rating, headline: str
) -> None:
    message = a_message(kind=kind, from_stance=before, to_stance=after)
    assert (message.change, message.rating, message.headline) == (change, rating, headline)


@pytest.mark.parametrize(
    ("reason", "follows"),
    [
        (WhyAlerted.FIGURE_AND_ISSUE, "Ada Quill on Harbour toll"),
        (WhyAlerted.FIGURE, "Ada Quill"),
        (WhyAlerted.ISSUE, "Harbour toll"),
        (WhyAlerted.EVERYTHING, "every figure and issue"),
    ],
)
def test_the_reader_is_told_why(reason: WhyAlerted, follows: str) -> None:
    message = write_message(REPORT, replace(OCCASION, reason=reason), public_url="https://watch.example")
    assert message.why == f"The subscription “desk” follows {follows}."


def test_ids_cannot_break_out_of_the_link() -> None:
    report = replace(REPORT, figure_id="a/../b?c#d")
    links = write_message(report, OCCASION, public_url="https://watch.example/").links
    assert links.timeline == "https://watch.example/figures/a%2F..%2Fb%3Fc%23d/issues/harbour-toll"

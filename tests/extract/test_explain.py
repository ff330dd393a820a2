"""Why a timeline shows what it shows."""

import pytest

from services.extract.explain import Explanation, Part, explain
from services.extract.positions import Held, NotEnoughEvidence, Unknown
from services.extract.shifts import detect_shifts
from services.extract.timeline import LeftOut, build_timeline
from shared.vocabulary import Stance
from tests.extract.ledger import RULES, dated, ledger

INITIALS = {
    "B": Part.BASELINE,
    "R": Part.RESTATEMENT,
    "T": Part.TURN,
    "P": Part.PENDING_TURN,
    "s": Part.STRAY,
    "h": Part.HINT,
}


def explained(letters: str) -> Explanation:
    return explain(build_timeline(ledger(letters), weights=RULES.weights), rules=RULES)


@pytest.mark.parametrize(
    ("letters", "parts"),
    [
        pytest.param("", "", id="nothing said"),
        pytest.param("f", "h", id="a hint is no position"),
        pytest.param("F", "B", id="a baseline"),
        pytest.param("FFf", "BRR", id="restated"),
        pytest.param("FFa", "BRs", id="a stray reading"),
        pytest.param("FFA", "BRT", id="a turn"),
        pytest.param("FFAmA", "BRTsR", id="a stray reading after a turn"),
        pytest.param("F" * 60 + "AA", "B" + "R" * 59 + "PR", id="a turn that waits for a second witness"),
    ],
)
def test_every_testimony_has_its_part(letters: str, parts: str) -> None:
    assert [step.part for step in explained(letters).steps] == [INITIALS[part] for part in parts]


@pytest.mark.parametrize(
    ("letters", "kind"),
    [
        pytest.param("", Unknown, id="nothing said"),
        pytest.param("f", NotEnoughEvidence, id="too little said"),
        pytest.param("F", Held, id="clearly said"),
    ],
)
def test_the_position_may_be_that_nobody_can_tell(letters: str, kind: type) -> None:
    assert isinstance(explained(letters).position, kind)


def test_a_pending_turn_moves_no_position_yet() -> None:
    position = explained("F" * 60 + "AA").position
    assert isinstance(position, Held)
    assert position.stance is Stance.FAVOR


def test_the_changes_explained_are_the_shifts_detected() -> None:
    letters = "FFaAAMfMM"
    timeline = build_timeline(ledger(letters), weights=RULES.weights)
    changes = explained(letters).changes
    assert tuple(change for change in changes if not change.pending) == detect_shifts(timeline, rules=RULES)


def test_what_was_left_out_is_named_with_its_reason() -> None:
    original = dated("F", 1)
    copy = dated("F", 2, story_id=1, words=original.words)
    explanation = explain(build_timeline((original, copy), weights=RULES.weights), rules=RULES)
    assert [(omission.statement_id, omission.reason) for omission in explanation.left_out] == [(2, LeftOut.COPY)]

"""Why a timeline shows what it shows."""

import pytest

from services.extract.explain import Explanation, Part, explain
from services.extract.positions import Held, NotEnoughEvidence, Unknown
from services.extract.shifts import detect_shifts
from services.extract.silence import WhySilent, why_silent
from services.extract.timeline import LeftOut, build_timeline
from shared.vocabulary import Decision, Stance
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
    return explain(ledger(letters), rules=RULES)


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
    explanation = explain((original, copy), rules=RULES)
    assert [(omission.statement_id, omission.reason) for omission in explanation.left_out] == [(2, LeftOut.COPY)]


def silences(explanation: Explanation) -> list[WhySilent]:
    return [one.reason for one in why_silent(explanation)]


@pytest.mark.parametrize(
    ("letters", "reasons"),
    [
        pytest.param("", [], id="nothing said"),
        pytest.param("f", [WhySilent.TOO_LITTLE], id="a hint"),
        pytest.param("FF", [WhySilent.FIRST_KNOWN, WhySilent.SAME_POSITION], id="restated"),
        pytest.param("FFA", [WhySilent.FIRST_KNOWN, WhySilent.SAME_POSITION], id="a turn is no silence"),
        pytest.param("FFa", [WhySilent.FIRST_KNOWN, WhySilent.SAME_POSITION, WhySilent.OUTWEIGHED], id="a stray"),
        pytest.param(
            "FFaaa",
            [WhySilent.FIRST_KNOWN, WhySilent.SAME_POSITION, WhySilent.WAITS, *[WhySilent.SAME_POSITION] * 2],
            id="pending",
        ),
    ],
)
def test_every_article_without_an_alert_has_a_reason(letters: str, reasons: list[WhySilent]) -> None:
    assert silences(explained(letters)) == reasons


def test_a_stray_reading_says_how_much_it_lacked() -> None:
    stray = why_silent(explained("FFa"))[-1]
    assert 0 < stray.weight < stray.needed


def test_copies_rejections_and_lone_reports_are_silent_too() -> None:
    copy = dated("F", 2, story_id=1, words=dated("F", 1).words)
    rejected = dated("A", 3, decided=Decision.REJECT)
    report = dated("F", 4, statement_id=104, stance=Stance.NONE)
    found = silences(explain((dated("F", 1), copy, rejected), reports=(report._replace(own_words=False),), rules=RULES))
    assert found == [WhySilent.FIRST_KNOWN, WhySilent.COPY, WhySilent.REJECTED, WhySilent.ONE_REPORT]


def test_the_position_as_it_was_known_then_is_not_what_is_known_now() -> None:
    steps = explained("FFaaaaa").steps
    assert [type(step.known_then) for step in steps] == [Held] * 7
    known = [step.known_then.stance for step in steps if isinstance(step.known_then, Held)]
    assert known == [Stance.FAVOR] * 6 + [Stance.AGAINST]
    assert [step.held for step in steps] == [Stance.FAVOR] * 2 + [Stance.AGAINST] * 5

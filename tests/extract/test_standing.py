"""What becomes of stored shifts when a timeline is read again."""

from dataclasses import replace

import pytest

from services.extract.shifts import ShiftDraft, detect_shifts
from services.extract.standing import Changed, Fallen, Kept, KnownShift, Raised, Untouched, Verdict, compare
from services.extract.timeline import build_timeline
from shared.vocabulary import ShiftStatus
from tests.extract.ledger import RULES, dated, ledger


def shown(letters: str) -> tuple[ShiftDraft, ...]:
    return detect_shifts(build_timeline(ledger(letters), weights=RULES.weights), rules=RULES)


def stored(letters: str) -> tuple[KnownShift, ...]:
    """What a review of these letters would have saved, under the numbers 1, 2 ..."""
    verdicts = compare((), shown(letters))
    raised = [verdict.shift for verdict in verdicts if isinstance(verdict, Raised)]
    return tuple(KnownShift(number, shift) for number, shift in enumerate(raised, start=1))


def outcome(verdicts: tuple[Verdict, ...]) -> list[tuple[type, int | None]]:
    return [(type(verdict), getattr(verdict, "shift_id", None)) for verdict in verdicts]


@pytest.mark.parametrize(
    ("before", "now", "verdicts"),
    [
        pytest.param("FF", "FF", [], id="nothing then, nothing now"),
        pytest.param("FF", "FFA", [(Raised, None)], id="a new shift"),
        pytest.param("FA", "FA", [(Untouched, 1)], id="read twice"),
        pytest.param("FA", "FAA", [(Kept, 1)], id="better evidence"),
        pytest.param("FAAF", "FAAF", [(Untouched, 1), (Untouched, 2)], id="there and back, read twice"),
        pytest.param("FAA", "FAAF", [(Untouched, 1), (Raised, None)], id="and back"),
        pytest.param("FA", "FAF", [(Fallen, 1)], id="taken back at once: it was a misreading"),
        pytest.param("FA", "FF", [(Fallen, 1)], id="no longer shown"),
        pytest.param("FA", "MA", [(Changed, 1)], id="it came from elsewhere"),
        pytest.param("FFA", "FAA", [(Kept, 1)], id="a late article shows it earlier: the same shift, moved"),
        pytest.param("FFA", "FMA", [(Raised, None), (Changed, 1)], id="a late hedge makes two steps of one"),
    ],
)
def test_compare(before: str, now: str, verdicts: list[tuple[type, int | None]]) -> None:
    assert outcome(compare(stored(before), shown(now))) == verdicts


def test_a_fallen_shift_that_is_shown_again_stands_again() -> None:
    (shift,) = stored("FA")
    fallen = KnownShift(shift.shift_id, replace(shift.stored, status=ShiftStatus.SUPERSEDED))
    assert outcome(compare([fallen], shown("FA"))) == [(Changed, 1)]


def test_a_fallen_shift_stays_fallen_in_silence() -> None:
    (shift,) = stored("FA")
    assert (
        compare([KnownShift(shift.shift_id, replace(shift.stored, status=ShiftStatus.SUPERSEDED))], shown("FF")) == ()
    )


def test_shifts_of_one_direction_keep_their_order_when_they_move() -> None:
    drafts = shown("FAAFFAA")
    first, _, third = stored("FAAFFAA")
    known = [
        KnownShift(number, replace(shift.stored, after_statement_id=100 + number))
        for number, shift in enumerate((first, third), start=1)
    ]
    kept = [verdict for verdict in compare(known, drafts) if isinstance(verdict, Kept)]
    assert kept == [Kept(1, first.stored), Kept(2, third.stored)]


def test_a_statement_read_anew_moves_its_shift() -> None:
    statements = (dated("F", 0, statement_id=10), dated("A", 1, statement_id=11))
    drafts = detect_shifts(build_timeline(statements, weights=RULES.weights), rules=RULES)
    assert outcome(compare(stored("FA"), drafts)) == [(Kept, 1)]

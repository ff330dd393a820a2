"""What becomes of stored shifts when a timeline is read again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.extract.shifts import read_changes
from services.extract.standing import (
    Changed,
    Fallen,
    Kept,
    KnownShift,
    Raised,
    StoredShift,
    Untouched,
    Verdict,
    compare,
)
from services.extract.standing import stored as store
from services.extract.timeline import DatedStatement, build_timeline
from shared.vocabulary import Decision, ShiftStatus, WhyWithdrawn
from tests.extract.ledger import FIRST_DAY, RULES, dated, ledger

YEARS_END = FIRST_DAY + timedelta(days=365)


def shown(letters: str) -> tuple[StoredShift, ...]:
    return of(*ledger(letters))


def of(*statements: DatedStatement) -> tuple[StoredShift, ...]:
    """What a timeline shows, pending or not; what is pending waits until the end of the first year."""
    changes = read_changes(build_timeline(statements, weights=RULES.weights), rules=RULES)
    return tuple(store(change, pending_until=YEARS_END) for change in changes)


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
        pytest.param("FF", "FFaaa", [(Raised, None)], id="a pending one is stored"),
        pytest.param("FFaaa", "FFaaa", [(Untouched, 1)], id="pending, read twice"),
        pytest.param("FFaaa", "FFaaaa", [(Kept, 1)], id="pending on more evidence"),
        pytest.param("FFaaa", "FFaaaaa", [(Changed, 1)], id="confirmed: now people hear of it"),
        pytest.param("FFaaaaa", "FFaaa", [(Fallen, 1)], id="told, and pending again"),
        pytest.param("FFaaa", "FFaaaF", [(Fallen, 1)], id="pending and never confirmed"),
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
    assert outcome(compare(stored("FA"), of(*statements))) == [(Kept, 1)]


def fallen(before: str, now: str, **changes: object) -> Fallen:
    known = [KnownShift(one.shift_id, replace(one.stored, **changes)) for one in stored(before)]  # type: ignore[arg-type]
    (verdict,) = (one for one in compare(known, shown(now)) if isinstance(one, Fallen))
    return verdict


def test_a_fallen_shift_says_why_and_whether_people_may_know_of_it() -> None:
    gone = WhyWithdrawn.NO_LONGER_SHOWN
    assert fallen("FA", "FF") == Fallen(1, ShiftStatus.WITHDRAWN, gone, stood=True)
    assert fallen("FFaaa", "FFaaaF") == Fallen(1, ShiftStatus.WITHDRAWN, gone, stood=False)
    rejected = fallen("FA", "FF", decided=Decision.REJECT)
    assert (rejected.status, rejected.because) == (ShiftStatus.WITHDRAWN, WhyWithdrawn.REJECTED)
    again = fallen("FFaaaaa", "FFaaa")
    assert (again.status, again.because, again.stood) == (ShiftStatus.PENDING, WhyWithdrawn.WAITS_AGAIN, True)
    assert again.shift is not None
    assert again.shift.pending_until == YEARS_END


def test_a_confirmed_shift_waits_for_nobody() -> None:
    (change,) = read_changes(build_timeline(ledger("FFaaa"), weights=RULES.weights), rules=RULES)
    confirmed = store(change, pending_until=YEARS_END, decided=Decision.CONFIRM)
    assert (confirmed.status, confirmed.pending_until) == (ShiftStatus.STANDING, None)

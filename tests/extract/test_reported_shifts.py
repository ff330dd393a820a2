"""What reports of a turn add to what the quotes show, and when they stand for a shift by themselves."""

import pytest

from services.extract.reported_shifts import with_reports
from services.extract.shifts import ShiftReason, read_changes
from services.extract.timeline import DatedStatement, build_timeline
from shared.vocabulary import Decision, ShiftBasis, Stance
from tests.extract.ledger import RULES, dated, ledger

Found = list[tuple[str, str, str, str, bool]]


def report(day: int, stance: Stance = Stance.NONE, **changes: object) -> DatedStatement:
    return dated("F", day, statement_id=100 + day, stance=stance, own_words=False, **changes)


def changes(letters: str, *reports: DatedStatement) -> Found:
    timeline = build_timeline(ledger(letters), weights=RULES.weights)
    found = with_reports(read_changes(timeline, rules=RULES), timeline, reports, rules=RULES)
    return [
        (one.before.stance.value, one.after.stance.value, one.basis.value, one.reason.value, one.pending)
        for one in found
    ]


BY_THE_PRESS = ("favor", "against", ShiftBasis.REPORTED.value, ShiftReason.REPORTED.value, False)


@pytest.mark.parametrize(
    ("letters", "reports", "found"),
    [
        pytest.param("FF", [report(9)], [], id="one report is not enough"),
        pytest.param("FF", [report(9), report(11)], [BY_THE_PRESS], id="two independent reports are"),
        pytest.param("FF", [report(9), report(11, story_id=9)], [], id="a copy is no second source"),
        pytest.param(
            "FF", [report(9), report(11, evidence="The words of day 9 and nobody else's.")], [], id="nor words"
        ),
        pytest.param("FF", [report(9)._replace(own_words=True)], [BY_THE_PRESS], id="who says so himself"),
        pytest.param("FF", [report(9), report(50)], [], id="a month apart"),
        pytest.param("F" * 20, [report(9), report(11)], [], id="the position was shown again since"),
        pytest.param("", [report(9), report(11)], [], id="from a position that nobody knows"),
        pytest.param("MM", [report(9), report(11)], [], id="from a mixed one, nobody says where to"),
        pytest.param("f", [report(9), report(11)], [], id="from a hint"),
    ],
)
def test_reports_stand_for_a_shift(letters: str, reports: list[DatedStatement], found: Found) -> None:
    assert changes(letters, *reports) == found


def test_reports_say_where_a_turn_led() -> None:
    (found,) = changes("MM", report(9, Stance.FAVOR), report(11))
    assert found[:2] == ("mixed", "favor")
    assert changes("MM", report(9, Stance.FAVOR), report(11, Stance.AGAINST)) == []


def test_a_report_bears_out_a_pending_shift() -> None:
    assert [one[-1] for one in changes("FFaaa")] == [True]
    (found,) = changes("FFaaa", report(5))
    assert found == ("favor", "against", "shown", "borne_out_by_reports", False)
    assert changes("FFaaa", report(5, Stance.FAVOR)) == changes("FFaaa")


def test_a_rejected_report_counts_no_more() -> None:
    assert changes("FF", report(9), report(11)._replace(decided=Decision.REJECT)) == []


def test_once_the_quotes_show_it_the_shift_is_shown() -> None:
    (found,) = changes("FF" + "A", report(1), report(2))
    assert found[2] == "shown"

"""Which changes of position a timeline shows."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.shifts import ShiftDraft, ShiftReason, detect_shifts, kind_of, read_changes
from services.extract.timeline import DatedStatement, build_timeline
from shared.vocabulary import ShiftKind, Stance
from tests.extract.ledger import RULES, dated, ledger


def shifts_of(*statements: DatedStatement) -> tuple[ShiftDraft, ...]:
    return detect_shifts(build_timeline(statements, weights=RULES.weights), rules=RULES)


@pytest.mark.parametrize(
    ("letters", "shifts"),
    [
        pytest.param("F", [], id="the first known position is a baseline"),
        pytest.param("FFFF", [], id="restated"),
        pytest.param("FfF", [], id="the same stance in weaker words"),
        pytest.param("FFA", [(ShiftKind.REVERSAL, 1, 2)], id="reversal"),
        pytest.param("MMA", [(ShiftKind.COMMITMENT, 1, 2)], id="commitment"),
        pytest.param("FM", [(ShiftKind.RETREAT, 0, 1)], id="retreat"),
        pytest.param("FMA", [(ShiftKind.RETREAT, 0, 1), (ShiftKind.COMMITMENT, 1, 2)], id="step by step"),
        pytest.param("FFa", [], id="one stray weak reading"),
        pytest.param("FaFaFaFa", [], id="strays among restatements"),
        pytest.param("FFAAFF", [(ShiftKind.REVERSAL, 1, 2), (ShiftKind.REVERSAL, 3, 4)], id="there and back"),
        pytest.param("FFaaa", [], id="hints that agree: pending"),
        pytest.param("FFaaaaa", [(ShiftKind.REVERSAL, 1, 2)], id="hints that agree: quoted from the first"),
    ],
)
def test_detect_shifts(letters: str, shifts: list[tuple[ShiftKind, int, int]]) -> None:
    found = shifts_of(*ledger(letters))
    assert [(shift.kind, shift.before.quoted, shift.after.quoted) for shift in found] == shifts


@pytest.mark.parametrize(
    ("letters", "reason"),
    [
        pytest.param("FFA", ShiftReason.ONE_CLEAR_STATEMENT, id="one clear statement"),
        pytest.param("FFaaaaa", ShiftReason.SEVERAL_ARTICLES, id="several weak ones"),
    ],
)
def test_the_reason_says_what_carried_the_change(letters: str, reason: ShiftReason) -> None:
    (shift,) = shifts_of(*ledger(letters))
    assert shift.reason is reason


def test_more_evidence_makes_a_shift_surer_up_to_what_one_article_may_be() -> None:
    confidences = [shifts_of(*ledger(letters))[0].confidence for letters in ("FA", "FFA", "FFAA", "FFFFAAAA")]
    assert confidences == sorted(confidences)
    assert 0.5 < confidences[0] < confidences[-1] < 1


def test_both_sides_name_every_statement_that_counts_for_them() -> None:
    (shift,) = shifts_of(*ledger("FFaAA"))
    assert shift.before.statements == (0, 1)
    assert shift.after.statements == (2, 3, 4)
    assert (shift.before.articles, shift.after.articles) == (2, 3)


def test_a_copy_of_the_story_that_shifted_brings_no_second_shift() -> None:
    original = dated("A", 2)
    copy = dated("A", 3, story_id=2, words=original.words)
    (shift,) = shifts_of(dated("F", 1), original, copy)
    assert shift.after.statements == (2,)


@pytest.mark.parametrize(("before", "after"), [(one, two) for one in "FAM" for two in "FAM" if one != two])
def test_every_change_has_one_kind(before: str, after: str) -> None:
    (shift,) = shifts_of(*ledger(before + after))
    kinds = {"FA": "reversal", "AF": "reversal", "MF": "commitment", "MA": "commitment"}
    assert shift.kind.value == kinds.get(before + after, "retreat")
    assert shift.kind is kind_of(shift.before.stance, shift.after.stance)


histories = st.text(alphabet="FAMfam", max_size=12)


@given(letters=histories, order=st.randoms(use_true_random=False))
def test_any_order_of_arrival_shows_the_same_shifts(letters: str, order: object) -> None:
    statements = list(ledger(letters))
    expected = shifts_of(*statements)
    order.shuffle(statements)  # type: ignore[attr-defined]
    assert shifts_of(*statements) == expected


@given(letters=histories, copied=st.lists(st.integers(0, 11), max_size=6))
def test_copies_of_any_articles_change_nothing(letters: str, copied: list[int]) -> None:
    statements = ledger(letters)
    copies = [
        dated(
            letters[day],
            day,
            statement_id=100 + number,
            article_url=f"https://zcopy.example/{number}",
            published_at=statements[-1].published_at,
        )
        for number, day in enumerate(copied)
        if day < len(letters)
    ]
    assert shifts_of(*statements, *copies) == shifts_of(*statements)


@given(letters=histories)
def test_shifts_join_up_and_each_changes_something(letters: str) -> None:
    found = shifts_of(*ledger(letters))
    assert all(shift.before.stance is not shift.after.stance for shift in found)
    assert all(one.after.stance is two.before.stance and one.at < two.at for one, two in pairwise(found))


@given(letters=histories, weak=st.sampled_from("fam"))
def test_one_weak_reading_at_the_end_is_never_where_a_shift_begins(letters: str, weak: str) -> None:
    assert all(shift.after.quoted != len(letters) for shift in shifts_of(*ledger(letters + weak)))


def test_a_change_after_many_articles_must_bring_more_than_one_after_few() -> None:
    few, many = (build_timeline(ledger("F" * count), weights=RULES.weights) for count in (3, 60))
    assert RULES.burden(few) < RULES.burden(many)
    assert [len(shifts_of(*ledger("F" * 3 + "A" * more))) for more in (1, 2)] == [1, 1]
    assert [len(shifts_of(*ledger("F" * 60 + "A" * more))) for more in (1, 2, 3)] == [0, 0, 1]


def test_the_latest_change_waits_for_a_second_witness_where_many_articles_say_otherwise() -> None:
    timeline = build_timeline(ledger("F" * 60 + "AA"), weights=RULES.weights)
    (change,) = read_changes(timeline, rules=RULES)
    assert change.pending
    assert (change.before.stance, change.after.stance) == (Stance.FAVOR, Stance.AGAINST)
    assert detect_shifts(timeline, rules=RULES) == ()


def test_mixed_is_a_position_of_its_own() -> None:
    (shift,) = shifts_of(*ledger("MMF"))
    assert (shift.before.stance, shift.after.stance) == (Stance.MIXED, Stance.FAVOR)

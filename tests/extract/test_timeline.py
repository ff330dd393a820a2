"""What counts on a timeline, and how much."""

import math

import pytest

from services.extract.timeline import DatedStatement, LeftOut, Weights, build_timeline, weigh
from shared.vocabulary import Stance
from tests.extract.ledger import FIRST_DAY, dated, ledger

WEIGHTS = Weights(ceiling=3.0, hearsay=0.5)


def left_out(*statements: DatedStatement) -> dict[int, LeftOut]:
    timeline = build_timeline(statements, weights=WEIGHTS)
    return {omission.statement_id: omission.reason for omission in timeline.omissions}


def test_testimonies_follow_the_dates_of_publication_not_the_order_of_arrival() -> None:
    timeline = build_timeline(reversed(ledger("FMA")), weights=WEIGHTS)
    assert [each.stance for each in timeline.testimonies] == [Stance.FAVOR, Stance.MIXED, Stance.AGAINST]


def test_articles_of_the_same_minute_are_ordered_by_their_address() -> None:
    twice = (dated("F", 2, published_at=FIRST_DAY), dated("A", 1, published_at=FIRST_DAY))
    expected = ["https://outlet.example/001", "https://outlet.example/002"]
    for order in (twice, twice[::-1]):
        timeline = build_timeline(order, weights=WEIGHTS)
        assert [each.article_url for each in timeline.testimonies] == expected


@pytest.mark.parametrize(
    ("confidence", "own_words", "nats"),
    [
        pytest.param(1 / 3, True, 0.0, id="as good as a guess weighs nothing"),
        pytest.param(0.1, True, 0.0, id="worse than a guess weighs nothing"),
        pytest.param(0.5, True, math.log(2), id="twice as likely as either other stance"),
        pytest.param(0.5, False, math.log(2) / 2, id="somebody else's words weigh half"),
        pytest.param(1.0, True, 3.0, id="certainty stops at the ceiling"),
        pytest.param(1.0, False, 1.5, id="certain hearsay stops at half the ceiling"),
    ],
)
def test_weigh(confidence: float, own_words: bool, nats: float) -> None:
    statement = dated("F", 0, confidence=confidence, own_words=own_words)
    assert weigh([statement], WEIGHTS) == pytest.approx([nats])


def test_a_copy_of_a_story_is_no_second_witness() -> None:
    original = dated("F", 1)
    copy = original._replace(statement_id=2, article_url="https://copy.example/", published_at=FIRST_DAY)
    later = copy._replace(published_at=dated("F", 3).published_at)
    assert left_out(original, later) == {2: LeftOut.COPY}
    assert left_out(original, copy) == {1: LeftOut.COPY}


def test_new_words_in_an_update_of_a_story_count() -> None:
    update = dated("A", 2, story_id=1, evidence="She has since changed her mind, her office said.")
    assert left_out(dated("F", 1), update) == {}


def test_a_quotation_carried_by_another_story_counts_once() -> None:
    words = "“I cannot support   this plan as it stands,”"
    repeated = dated("A", 5, evidence="“I cannot support this plan as it stands,”")
    assert left_out(dated("A", 1, evidence=words), repeated) == {5: LeftOut.REPEATED_WORDS}


def test_a_short_sentence_may_be_said_again() -> None:
    assert left_out(dated("A", 1, evidence="She is against it."), dated("A", 5, evidence="She is against it.")) == {}


def article(*letters: str) -> tuple[DatedStatement, ...]:
    return tuple(
        dated(letter, 0, statement_id=number, start=100 * number, evidence=f"Sentence {number}.")
        for number, letter in enumerate(letters)
    )


def test_several_statements_of_one_article_are_one_testimony() -> None:
    (testimony,) = build_timeline(article("F", "F", "a"), weights=WEIGHTS).testimonies
    clear, weak = weigh([dated("F", 0), dated("f", 0)], WEIGHTS)
    assert testimony.stance is Stance.FAVOR
    assert testimony.agreeing == (0, 1)
    assert testimony.weight == pytest.approx(min(1.5 * clear, WEIGHTS.ceiling) - weak)


def test_one_article_never_weighs_more_than_the_ceiling() -> None:
    (testimony,) = build_timeline(article(*"FFFFFF"), weights=WEIGHTS).testimonies
    assert testimony.weight == WEIGHTS.ceiling


def test_the_statement_that_shows_it_best_is_the_surest_and_then_the_first() -> None:
    (testimony,) = build_timeline(article("f", "F", "F"), weights=WEIGHTS).testimonies
    assert testimony.shown_by.statement_id == 1


def test_an_article_that_contradicts_itself_evenly_says_nothing() -> None:
    assert build_timeline(article("F", "A"), weights=WEIGHTS).testimonies == ()
    assert left_out(*article("F", "A")) == {0: LeftOut.OUTWEIGHED, 1: LeftOut.OUTWEIGHED}


def test_no_statements_make_an_empty_timeline() -> None:
    assert build_timeline((), weights=WEIGHTS).testimonies == ()

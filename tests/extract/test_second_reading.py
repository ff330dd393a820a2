"""The sentences on which the judge is asked, and what becomes of its answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.extract.issues import read_issues
from services.extract.judge import StanceOdds
from services.extract.nlp import load_model
from services.extract.second_reading import SecondReader
from services.extract.values import Issue, Span, Statement
from shared.vocabulary import Stance
from tests.extract.reading import MODEL, attributions_of, cast_of, figure, parsed

RUIZ = figure("Ana Ruiz", "Ruiz")
POOL = Issue("pool", "Swimming pool", "The city should close the swimming pool.", ("swimming pool",))
TEXT = (
    "The council talked of the swimming pool with Tom Hill.\n\n"
    "“Over my dead body will anybody lock those doors,” Ana Ruiz told him on Monday."
)
AGAINST = StanceOdds(0.05, 0.85, 0.05, 0.05)
NOTHING = StanceOdds(0.05, 0.05, 0.05, 0.85)


@dataclass
class Oracle:
    """Answers every question alike, and keeps what it was asked."""

    odds: StanceOdds
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, pairs: Sequence[tuple[str, str]]) -> tuple[StanceOdds, ...]:
        self.asked += pairs
        return tuple(self.odds for _ in pairs)


def read_again(text: str, oracle: Oracle, *first: Statement) -> tuple[Statement, ...]:
    reader = SecondReader(read_issues((POOL,), nlp=load_model(MODEL)), oracle.answer)
    return reader.read(parsed(text), cast_of(text, RUIZ), attributions_of(text, RUIZ), first)


def said(text: str, words: str, stance: Stance, *, figure: str | None = RUIZ.id) -> Statement:
    """What a first reading found in the sentence that begins with `words`."""
    return Statement(RUIZ.name, figure, POOL.id, stance, 0.9, True, Span(text.index(words), len(text)))


def test_a_sure_judge_makes_a_statement_of_what_the_rules_missed() -> None:
    (found,) = read_again(TEXT, Oracle(AGAINST))
    assert (found.figure, found.stance, found.own_words) == (RUIZ.id, Stance.AGAINST, True)
    assert TEXT[slice(*found.evidence)].startswith("“Over my dead body")


def test_an_unsure_judge_makes_none() -> None:
    assert read_again(TEXT, Oracle(StanceOdds(0.2, 0.3, 0.2, 0.3))) == ()


def test_the_judge_sees_marks_instead_of_names_and_the_sentence_that_names_the_issue() -> None:
    oracle = Oracle(AGAINST)
    read_again(TEXT, oracle)
    for text, proposition in oracle.asked:
        assert text.startswith("The council talked of the swimming pool with [OTHER].")
        assert "[ACTOR] told him" in text
        assert proposition == POOL.proposition


def test_one_look_is_enough_where_a_sentence_shows_nothing() -> None:
    oracle = Oracle(NOTHING)
    assert read_again(TEXT, oracle) == ()
    assert len(oracle.asked) == 1


def test_what_the_rules_found_and_the_judge_does_not_see_is_dropped() -> None:
    assert read_again(TEXT, Oracle(NOTHING), said(TEXT, "“Over", Stance.AGAINST)) == ()


def test_what_a_word_on_the_issue_itself_shows_stays_with_some_support() -> None:
    text = "The swimming pool came up. “The swimming pool must close,” Ana Ruiz said."
    known = said(text, "“The", Stance.FAVOR)
    assert read_again(text, Oracle(StanceOdds(0.2, 0.1, 0.1, 0.6)), known) == (known,)
    assert read_again(text, Oracle(NOTHING), known) == ()


def test_what_no_word_on_the_issue_itself_shows_is_the_judges_to_say() -> None:
    known = said(TEXT, "“Over", Stance.FAVOR)
    (found,) = read_again(TEXT, Oracle(AGAINST), known)
    assert found.stance is Stance.AGAINST


def test_what_words_of_taking_sides_say_plainly_is_not_doubted() -> None:
    text = "The swimming pool came up. Ana Ruiz opposes closing the swimming pool."
    known = said(text, "Ana", Stance.AGAINST)
    oracle = Oracle(NOTHING)
    assert read_again(text, oracle, known) == (known,)
    assert oracle.asked == []


def test_an_actor_whom_nobody_tracks_is_left_to_the_rules() -> None:
    known = said(TEXT, "“Over", Stance.AGAINST, figure=None)
    assert known in read_again(TEXT, Oracle(NOTHING), known)


def test_nobody_is_asked_about_an_article_that_touches_no_issue() -> None:
    oracle = Oracle(AGAINST)
    assert read_again("“It rained,” Ana Ruiz said.", oracle) == ()
    assert oracle.asked == []


def test_a_sentence_far_from_any_that_names_the_issue_is_not_asked_about() -> None:
    oracle = Oracle(AGAINST)
    text = "The swimming pool is old. " + "It rained again. " * 60 + "“Never,” Ana Ruiz said of her garden at home."
    assert read_again(text, oracle) == ()
    assert oracle.asked == []

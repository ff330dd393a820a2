"""The paragraphs on which the judge is asked, and what becomes of its answers."""

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


def test_a_sure_judge_makes_a_statement_of_what_the_rules_missed() -> None:
    (found,) = read_again(TEXT, Oracle(AGAINST))
    assert (found.figure, found.stance, found.own_words) == (RUIZ.id, Stance.AGAINST, True)
    assert TEXT[slice(*found.evidence)].startswith("“Over my dead body")


def test_an_unsure_judge_makes_none() -> None:
    assert read_again(TEXT, Oracle(StanceOdds(0.1, 0.4, 0.2, 0.3))) == ()


def test_the_judge_sees_marks_instead_of_names_and_the_paragraph_before() -> None:
    oracle = Oracle(AGAINST)
    read_again(TEXT, oracle)
    ((text, proposition),) = oracle.asked
    assert "[ACTOR] told him" in text
    assert "with [OTHER]." in text
    assert proposition == POOL.proposition


def test_nobody_is_asked_about_a_figure_whose_stance_is_known() -> None:
    oracle = Oracle(AGAINST)
    known = Statement(RUIZ.name, RUIZ.id, POOL.id, Stance.FAVOR, 0.9, True, Span(0, 10))
    assert read_again(TEXT, oracle, known) == ()
    assert oracle.asked == []


def test_nobody_is_asked_about_an_article_that_touches_no_issue() -> None:
    oracle = Oracle(AGAINST)
    assert read_again("“It rained,” Ana Ruiz said.", oracle) == ()
    assert oracle.asked == []

"""Which statements an article yields, with evidence and figures."""

from datetime import UTC, datetime

import pytest

from services.extract.issues import read_issues
from services.extract.nlp import load_model
from services.extract.statements import find_statements
from services.extract.values import ArticleText, Figure, Issue, Statement
from shared.vocabulary import Stance
from tests.extract.reading import MODEL, attributions_of, cast_of, figure, parsed

RUIZ = figure("Ana Ruiz", "Ruiz", "the mayor")
POOL = Issue("pool", "Swimming pool", "The city should close the swimming pool.", ("swimming pool", "pool closure"))
BAN = Issue("fur", "Fur ban", "The city should keep its fur ban.", ("fur ban", "ban on fur"))


def statements_in(text: str, *issues: Issue, figures: tuple[Figure, ...] = (RUIZ,)) -> tuple[Statement, ...]:
    return find_statements(
        parsed(text),
        ArticleText("", text, datetime(2026, 1, 1, tzinfo=UTC)),
        cast_of(text, *figures),
        attributions_of(text, *figures),
        issues=read_issues(issues or (POOL,), nlp=load_model(MODEL)),
    )


@pytest.mark.parametrize(
    ("text", "stance", "own_words"),
    [
        pytest.param(
            "Ana Ruiz said she opposes closing the swimming pool.", Stance.AGAINST, True, id="indirect speech"
        ),
        pytest.param('"Close the swimming pool," Ana Ruiz said.', Stance.FAVOR, True, id="direct speech"),
        pytest.param("The council met. Mayor Ana Ruiz closed the swimming pool.", Stance.FAVOR, True, id="act"),
        pytest.param("Ana Ruiz opposes closing the swimming pool.", Stance.AGAINST, False, id="characterisation"),
        pytest.param("Ana Ruiz voted against closing the swimming pool.", Stance.AGAINST, True, id="a vote is a deed"),
        pytest.param("Ana Ruiz denounced the closure of the swimming pool.", Stance.AGAINST, True, id="so is speech"),
        pytest.param(
            "Ana Ruiz wrote to ask that the closure of the swimming pool be halted.",
            Stance.AGAINST,
            True,
            id="what is asked for without any time",
        ),
        pytest.param(
            "Ana Ruiz came late to the talks on the swimming pool. Her stance seems to straddle the divide.",
            Stance.MIXED,
            False,
            id="a stance that straddles",
        ),
        pytest.param(
            "Residents, including Ana Ruiz and Tom Hill, believe that the swimming pool must be closed.",
            Stance.FAVOR,
            True,
            id="what several believe together",
        ),
        pytest.param(
            "The letter was sent on Monday. It is about the swimming pool.\n\n"
            '"The idea is to ask the council to stop the closure of the swimming pool," said Ana Ruiz.',
            Stance.AGAINST,
            True,
            id="what a letter asks, told by its author",
        ),
    ],
)
def test_a_figure_gets_the_stance_shown(text: str, stance: Stance, own_words: bool) -> None:
    shown = [(found.stance, found.own_words) for found in statements_in(text) if found.figure == RUIZ.id]
    assert shown == [(stance, own_words)]


def test_the_evidence_is_a_sentence_of_the_text() -> None:
    text = "It rained.\n\nAna Ruiz said she opposes closing the swimming pool. Then it stopped."
    (found,) = statements_in(text)
    assert text[slice(*found.evidence)] == "Ana Ruiz said she opposes closing the swimming pool."


def test_an_actor_who_is_not_watched_has_a_statement_without_figure() -> None:
    (found,) = statements_in("Tom Hill said he opposes closing the swimming pool.")
    assert (found.actor, found.figure) == ("Tom Hill", None)


def test_a_stance_on_one_issue_is_none_on_another() -> None:
    text = "Ana Ruiz said she opposes closing the swimming pool.\n\nThe fur ban was not on the agenda."
    assert [found.issue for found in statements_in(text, POOL, BAN)] == ["pool"]


def test_it_means_the_issue_named_last() -> None:
    text = "The council spoke of the swimming pool and then of the fur ban. Ana Ruiz said she would repeal it."
    assert [(found.issue, found.stance) for found in statements_in(text, POOL, BAN)] == [("fur", Stance.AGAINST)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Tom Hill said Ana Ruiz opposes closing the swimming pool.", id="somebody else says so"),
        pytest.param("Ana Ruiz may yet oppose closing the swimming pool.", id="speculation"),
        pytest.param("Advocates have urged Ana Ruiz to oppose closing the swimming pool.", id="pressure"),
        pytest.param(
            "Ana Ruiz will have to choose between closing the swimming pool and a tax.", id="a choice to come"
        ),
        pytest.param("Ana Ruiz once opposed closing the swimming pool.", id="history"),
        pytest.param("Ana Ruiz opened the fair. The swimming pool was full.", id="mention"),
    ],
)
def test_what_others_say_or_guess_is_no_statement(text: str) -> None:
    assert [found for found in statements_in(text) if found.figure == RUIZ.id] == []

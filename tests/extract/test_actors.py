"""Who is meant by a name, a short name, a pronoun, a role or a spokesperson."""

from itertools import pairwise

import pytest

from services.extract.values import Figure
from shared.vocabulary import ActorKind
from tests.extract.reading import actor_of, cast_of, figure

DELGADO = figure("Maria Delgado", "Delgado", "Gov. Delgado", "the governor")
INTRODUCED = "Maria Delgado spoke in Salem on Monday.\n\n"


@pytest.mark.parametrize(
    ("text", "mention", "actor"),
    [
        pytest.param(INTRODUCED + "The line is too costly, Delgado said.", "Delgado", "Maria Delgado", id="surname"),
        pytest.param(
            "“No,” Delgado said on Monday.", "Delgado", "Maria Delgado", id="alias though never named in full"
        ),
        pytest.param(
            "The line is too costly, said Superintendent Maria Delgado.",
            "Maria Delgado",
            "Maria Delgado",
            id="the full name after an office that no list knows",
        ),
        pytest.param(INTRODUCED + "She said the line is too costly.", "She", "Maria Delgado", id="pronoun"),
        pytest.param(INTRODUCED + "The governor said no.", "governor", "Maria Delgado", id="role the user typed"),
        pytest.param(
            "Luis Delgado won the race.\n\nDelgado said he was glad.",
            "Delgado",
            "Luis Delgado",
            id="somebody else's surname",
        ),
        pytest.param(
            INTRODUCED + "Her brother Luis Delgado was there, too. Both left.\n\nIt rained.\n\n“Enough,” Delgado said.",
            "Delgado",
            None,
            id="a surname of two is left open",
        ),
        pytest.param(
            INTRODUCED + "It rained.\n\nLuis Delgado, a farmer, came as well. “Enough,” Delgado said.",
            "Delgado",
            "Luis Delgado",
            id="the one of two whom the paragraph names",
        ),
        pytest.param(
            INTRODUCED + "Luis Delgado was there.\n\nMr. Delgado said no.",
            "Delgado",
            "Luis Delgado",
            id="Mr. is no Maria",
        ),
        pytest.param(
            INTRODUCED + "Judge Luis Delgado was there.", "Delgado", "Luis Delgado", id="a longer name is its own"
        ),
        pytest.param(INTRODUCED + "The Delgado campaign said no.", "campaign", "Maria Delgado", id="campaign"),
        pytest.param(INTRODUCED + "Her office said no.", "office", "Maria Delgado", id="office of a pronoun"),
        pytest.param(
            INTRODUCED + "“No,” said Ann Berg, a spokeswoman for Delgado.",
            "Ann Berg",
            "Maria Delgado",
            id="spokeswoman",
        ),
        pytest.param(
            INTRODUCED + "Ann Berg, a former spokeswoman for Delgado, said no.",
            "Ann Berg",
            "Ann Berg",
            id="not a former one",
        ),
    ],
)
def test_who_is_meant(text: str, mention: str, actor: str | None) -> None:
    assert actor_of(text, mention, DELGADO) == actor


def test_two_women_who_fit_equally_leave_the_pronoun_open() -> None:
    text = "The board met with Anna Berg and Carla Ruiz.\n\nShe said no."
    assert actor_of(text, "She") is None


def test_an_acronym_is_the_organisation_it_is_spelled_out_from() -> None:
    agency = figure("Department of Rural Affairs", "DRA", kind=ActorKind.ORGANISATION)
    assert actor_of("The Department of Rural Affairs spoke. DRA officials said no.", "DRA", agency) == agency.name


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        pytest.param(
            "Prime Minister Jane Roe left. Downing Street said no.", "Jane Roe", id="the text names the prime minister"
        ),
        pytest.param("Jane Roe left. Downing Street said no.", None, id="nobody is said to hold the office"),
    ],
)
def test_a_house_stands_for_the_holder_of_its_office(text: str, actor: str | None) -> None:
    found = actor_of(text, "Street")
    assert (found if found == "Jane Roe" else None) == actor


def test_a_figure_with_curly_apostrophe_is_found() -> None:
    rival: Figure = figure("Martin O'Dowd", "O'Dowd")
    found = cast_of("“No,” O’Dowd said.", rival).actors
    assert [(actor.name, actor.figure) for actor in found] == [("Martin O'Dowd", "martin-o'dowd")]


def test_mentions_are_in_order_and_apart() -> None:
    mentions = cast_of(INTRODUCED + "She and Luis Delgado met the governor. Her office said no.", DELGADO).mentions
    assert all(one.span.end <= other.span.start for one, other in pairwise(mentions))


@pytest.mark.parametrize("mention", ["Beatrice Quarmby-Lee", "Quarmby-Lee", "Ms. Quarmby-Lee"])
def test_a_name_with_a_hyphen_is_one_word(mention: str) -> None:
    text = f"Beatrice Quarmby-Lee met the press. It rained. {mention} said no."
    assert actor_of(text, mention, figure("Beatrice Quarmby-Lee", "Quarmby-Lee")) == "Beatrice Quarmby-Lee"

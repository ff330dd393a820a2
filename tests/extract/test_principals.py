"""On whose behalf a spokesperson speaks."""

import pytest

from tests.extract.reading import actor_of, figure

DELGADO = figure("Maria Delgado", "Delgado", "the senator")


@pytest.mark.parametrize(
    ("text", "mention", "principal"),
    [
        pytest.param("Maria Delgado's campaign said no.", "campaign", "Maria Delgado", id="her campaign"),
        pytest.param("Delgado spokesman Jo Lee said no.", "Jo Lee", "Maria Delgado", id="Delgado spokesman Jo Lee"),
        pytest.param("A lawyer for Delgado said no.", "lawyer", "Maria Delgado", id="a lawyer for"),
        pytest.param("The senator is undecided, an aide said.", "aide", "Maria Delgado", id="who is spoken of"),
        pytest.param(
            "Maria Delgado is undecided. A spokesman said so.", "spokesman", "Maria Delgado", id="the sentence before"
        ),
        pytest.param(
            "Maria Delgado died, a police spokesman said.", "spokesman", None, id="a spokesman of somebody else"
        ),
        pytest.param("An adviser to Delgado said no.", "adviser", None, id="an adviser speaks for himself"),
    ],
)
def test_principal(text: str, mention: str, principal: str | None) -> None:
    assert actor_of(text, mention, DELGADO) == principal


def test_a_spokesperson_stays_one_when_named_again() -> None:
    text = "“No,” said Jo Lee, a spokesman for Maria Delgado. “Never,” Lee added."
    assert actor_of(text, "Lee", DELGADO) == "Maria Delgado"

"""Whom a pronoun stands for."""

import pytest

from tests.extract.reading import actor_of, figure

DELGADO = figure("Maria Delgado", "Delgado")


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        pytest.param("Maria Delgado met Peter Berg. She said no.", "Maria Delgado", id="gender of the first name"),
        pytest.param("Maria Delgado met Anna Berg. She said no.", "Maria Delgado", id="the subject before the object"),
        pytest.param(
            "Maria Delgado said Anna Berg had left. She said no.", "Maria Delgado", id="the main clause's subject"
        ),
        pytest.param(
            "Maria Delgado left. A spokeswoman for the union spoke. She said no.", None, id="somebody unnamed is nearer"
        ),
        pytest.param(
            "Maria Delgado left. “Anna Berg stays.” She said no.",
            "Maria Delgado",
            id="names in quotations do not count",
        ),
        pytest.param(
            "Maria Delgado left.\n\nIt rained.\n\nIt snowed.\n\nIt froze.\n\nShe said no.", None, id="too far back"
        ),
        pytest.param("Peter Berg left. She said no.", None, id="nobody fits"),
    ],
)
def test_she(text: str, actor: str | None) -> None:
    assert actor_of(text, "She", DELGADO) == actor

"""Which organisation "it" and "the company" stand for."""

import pytest

from shared.vocabulary import ActorKind
from tests.extract.reading import actor_of, figure

ACME = figure("Acme Rail", "Acme", kind=ActorKind.ORGANISATION)
BOLT = figure("Bolt Motors", "Bolt", kind=ActorKind.ORGANISATION)


@pytest.mark.parametrize(
    ("text", "mention", "actor"),
    [
        pytest.param("Acme Rail lost money. It said the line was dear.", "It", "Acme Rail", id="it says"),
        pytest.param("Acme Rail lost money. The company said no.", "company", "Acme Rail", id="the company"),
        pytest.param("Acme Rail sued Bolt Motors. The company said no.", "company", "Acme Rail", id="the subject"),
        pytest.param("Acme Rail lost money. It rained.", "It", None, id="a verb that says nothing"),
        pytest.param("They met Acme Rail and Bolt Motors. The company said no.", "company", None, id="two fit"),
    ],
)
def test_the_organisation_meant(text: str, mention: str, actor: str | None) -> None:
    assert actor_of(text, mention, ACME, BOLT) == actor

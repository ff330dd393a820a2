"""The OpenAPI description and the service say the same: what is asked is answered as described, never with a 5xx."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.openapi.loaders import from_url
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from services.api.app import create_app
from services.api.deps import Edges
from shared.transaction import Begin
from tests.api.builders import add_storyline
from tests.api.serving import served

EXAMPLES = 30
# that a cursor is one of ours and a year one that exists is said in words, not in the schema
SAID_IN_WORDS = [positive_data_acceptance]


@pytest.fixture
def schema(edges: Edges, begin: Begin) -> Iterator[BaseSchema]:
    with begin() as tx:
        add_storyline(tx.session)
    with served(create_app(edges)) as client:
        yield from_url(f"{client.base_url}/api/v1/openapi.json")


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: f"{mode.value} requests")
def test_every_answer_is_as_described(schema: BaseSchema, mode: GenerationMode) -> None:
    asked = 0
    for operation in (result.ok() for result in schema.get_all_operations()):
        if mode is GenerationMode.NEGATIVE and not list(operation.iter_parameters()):
            continue  # nothing that could be asked wrongly

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(timeout=10, excluded_checks=SAID_IN_WORDS)

        ask()
        asked += 1
    assert asked >= 3

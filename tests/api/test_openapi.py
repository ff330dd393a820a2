"""The OpenAPI description and the service say the same: what is asked is answered as described, never with a 5xx.

Many more requests: `STANCEWATCH_TEST_EXAMPLES=100 python -m pytest tests/api/test_openapi.py`.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.openapi.loaders import from_url
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from sqlalchemy import Engine, MetaData, select

from services.api.app import create_app
from services.api.deps import Edges
from services.api.wishes import FeedWish, add_feed
from shared.transaction import Begin
from shared.vocabulary import Scope
from tests.api.builders import DAY_ONE, add_storyline
from tests.api.desks import token_of
from tests.api.serving import served

DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.json"
EXAMPLES = int(os.environ.get("STANCEWATCH_TEST_EXAMPLES", "4"))
# that an id is on the watchlist, an address one, a cursor ours or a year one that exists is said in words, not in the
# schema; who may do what has tests of its own, which compare the database before and after
SAID_IN_WORDS = [positive_data_acceptance, ignored_auth]
WRITES = ("post", "put", "patch", "delete")

pytestmark = [pytest.mark.timeout(1800)]


@pytest.fixture
def served_edges(edges: Edges, begin: Begin) -> Edges:
    """A storyline, a feed, and a clock; reading needs a token."""
    with begin() as tx:
        add_storyline(tx.session)
        add_feed(tx, FeedWish(url="https://outlet.example/rss"), now=DAY_ONE)
    gate = replace(edges.gate, open_reading=False)
    return replace(edges, gate=gate, now=lambda: DAY_ONE + timedelta(days=30))


@pytest.fixture
def client(served_edges: Edges) -> Iterator[httpx.Client]:
    with served(create_app(served_edges)) as client:
        yield client


@pytest.fixture
def schema(client: httpx.Client) -> BaseSchema:
    return from_url(f"{client.base_url}/api/v1/openapi.json", timeout=60)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: f"{mode.value} requests")
@pytest.mark.parametrize("scope", [Scope.ADMIN, Scope.READ], ids=lambda scope: f"with a token of scope {scope}")
def test_every_answer_is_as_described(schema: BaseSchema, begin: Begin, mode: GenerationMode, scope: Scope) -> None:
    headers = {"Authorization": f"Bearer {token_of(begin, scope)}"}
    statuses = ask_everything(schema, mode, headers)
    assert sum(statuses.values()) >= 20
    assert not [status for status in statuses if status >= 500]
    if scope is Scope.ADMIN and mode is GenerationMode.POSITIVE:
        assert {200, 201, 204, 404} <= set(statuses)


@pytest.mark.parametrize("scope", [None, Scope.READ], ids=["without a token", "with a read token"])
def test_who_may_not_write_changes_nothing(
    schema: BaseSchema, client: httpx.Client, begin: Begin, database: Engine, scope: Scope | None
) -> None:
    headers = {"Authorization": f"Bearer {token_of(begin, scope)}"} if scope else {}
    client.get("/api/v1/shifts", headers=headers)  # that a token was used is noted once an hour
    before = dump(database)
    statuses = ask_everything(schema, GenerationMode.POSITIVE, headers)
    assert dump(database) == before
    assert {200, 201, 202, 204} & set(statuses) <= {200}
    assert (403 if scope else 401) in statuses


def test_each_write_is_refused_without_a_token_of_its_scope(client: httpx.Client, begin: Begin) -> None:
    description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    reader = {"Authorization": f"Bearer {token_of(begin, Scope.READ)}"}
    asked = 0
    for path, operations in description["paths"].items():
        for method in set(operations) & set(WRITES):
            if "403" not in operations[method]["responses"]:
                continue  # it only looks: a preview
            url = path.replace("{", "").replace("}", "").replace("_id", "")
            for name in ("subscription", "delivery", "feed", "token", "shift", "statement"):
                url = url.replace(f"/{name}/", "/1/").removesuffix(f"/{name}") + (
                    "/1" if url.endswith(f"/{name}") else ""
                )
            assert client.request(method, url).status_code == 401, (method, url)
            assert client.request(method, url, headers=reader).status_code == 403, (method, url)
            asked += 1
    assert asked >= 15


def test_the_description_on_file_is_that_of_the_service(client: httpx.Client) -> None:
    """Written anew by `stancewatch openapi > docs/openapi.json`."""
    assert json.loads(DESCRIPTION.read_text(encoding="utf-8")) == client.get("/api/v1/openapi.json").json()


def ask_everything(schema: BaseSchema, mode: GenerationMode, headers: dict[str, str]) -> Counter[int]:
    statuses: Counter[int] = Counter()
    for operation in (result.ok() for result in schema.get_all_operations()):
        if mode is GenerationMode.NEGATIVE and not (list(operation.iter_parameters()) or operation.body):
            continue  # nothing that could be asked wrongly

        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            answer = case.call_and_validate(timeout=60, headers=headers, excluded_checks=SAID_IN_WORDS)
            statuses[answer.status_code] += 1

        ask()
    return statuses


def dump(database: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    tables = MetaData()
    tables.reflect(database)
    with database.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in tables.sorted_tables
        }

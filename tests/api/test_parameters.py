"""A query parameter that an address does not know is refused, wherever it is asked."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from shared.transaction import Begin
from shared.vocabulary import Scope
from tests.api.desks import token_of

DESCRIPTION = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [
    pytest.param(method, path, tuple(one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"))
    for path, operations in DESCRIPTION["paths"].items()
    for method, operation in operations.items()
    if path.startswith("/api/")
]


@pytest.fixture
def admin(client: httpx.Client, begin: Begin) -> httpx.Client:
    client.headers["Authorization"] = f"Bearer {token_of(begin, Scope.ADMIN)}"
    return client


def test_every_operation_refuses_a_parameter_that_it_does_not_know(admin: httpx.Client) -> None:
    assert len(OPERATIONS) >= 40
    for method, path, known in (operation.values for operation in OPERATIONS):
        url = path.replace("{", "").replace("}", "").replace("_id", "")
        answer = admin.request(method, f"{url}?figrue=ada-quill&limits=3")
        assert answer.status_code == 422, (method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        complaints = {one["where"]: one["what"] for one in answer.json()["complaints"]}
        assert {"query.figrue", "query.limits"} <= set(complaints)
        assert all(name in complaints["query.figrue"] for name in known), (method, path, complaints)


def test_what_an_address_knows_passes(admin: httpx.Client) -> None:
    assert admin.get("/api/v1/shifts?figure=ada-quill&limit=3&status=standing").status_code == 200


def test_pages_and_links_in_mail_take_what_others_hang_on_them(client: httpx.Client) -> None:
    """Mail programs and portals add parameters of their own to links; a reader must not be punished for that."""
    assert client.get("/?utm_source=mail").status_code == 200
    assert client.get("/shifts.atom?utm_source=reader").status_code == 200

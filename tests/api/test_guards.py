"""What every answer carries, and what no request may exceed."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, Request

from services.api.app import create_app
from services.api.deps import Edges
from services.api.guards import LARGEST_BODY
from tests.api.serving import served


@pytest.fixture
def echo(edges: Edges) -> Iterator[httpx.Client]:
    """The service with more addresses: one reads its body, two have a bug."""
    app: FastAPI = create_app(edges)

    @app.post("/api/v1/echo")
    async def echo(request: Request) -> int:
        return len(await request.body())

    @app.get("/api/v1/bug")
    def bug() -> int:
        return 1 // 0

    @app.get("/bug")
    def page_bug() -> int:
        return 1 // 0

    with served(app) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/api/v1/shifts", "/api/v1/nothing", "/static/style.css", "/nowhere"]
)
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("news.example", 200, id="its public name"),
        pytest.param("localhost:8000", 200, id="at home"),
        pytest.param("evil.example", 400, id="a name that is not its own"),
    ],
)
def test_only_our_own_names_are_answered(client: httpx.Client, host: str, status: int) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == status


def test_a_body_up_to_the_cap_is_read(echo: httpx.Client) -> None:
    assert echo.post("/api/v1/echo", content=b"x" * LARGEST_BODY).json() == LARGEST_BODY


def test_a_body_over_the_cap_is_refused_by_its_announced_length(echo: httpx.Client) -> None:
    answer = echo.post("/api/v1/echo", content=b"x" * (LARGEST_BODY + 1))
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_a_body_that_keeps_coming_is_refused_at_the_cap(echo: httpx.Client) -> None:
    answer = echo.post("/api/v1/echo", content=(b"x" * 1024 for _ in range(LARGEST_BODY // 1024 + 1)))
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/bug", "application/problem+json"), ("/bug", "text/html; charset=utf-8")]
)
def test_a_bug_tells_nothing_of_itself_and_keeps_the_guards(echo: httpx.Client, path: str, kind: str) -> None:
    answer = echo.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (500, kind)
    assert "ZeroDivisionError" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_no_page_asks_for_scripts_or_anything_from_elsewhere(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "<script" not in page
    assert "style=" not in page
    assert 'href="/static/style.css"' in page

"""Liveness asks nothing; readiness says of each part whether it is well, and why not."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from services.api.app import create_app
from services.api.deps import BrokerUnreachable, Edges, hosts_of, ping_broker
from shared.database import create_database
from shared.events import ArticleIngested
from shared.schema import is_current
from shared.transaction import Begin, reads
from tests.api.builders import DAY_ONE
from tests.api.serving import served


def broken() -> None:
    raise BrokerUnreachable("connection refused")


def test_alive_whatever_else_is_broken(edges: Edges) -> None:
    with served(create_app(replace(edges, ping_broker=broken, schema_is_current=lambda: False))) as client:
        assert client.get("/healthz").json() == {"alive": True}


def test_ready_when_database_and_broker_answer_and_nothing_waits(client: httpx.Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": {"ok": True, "word": "reachable"},
        "broker": {"ok": True, "word": "reachable"},
        "waiting": {"ok": True, "word": "nothing waits"},
    }


def test_not_ready_without_broker(edges: Edges) -> None:
    with served(create_app(replace(edges, ping_broker=broken))) as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]["word"]) == (503, "not reachable")


def test_not_ready_before_the_migrations(edges: Edges) -> None:
    bare = create_database("sqlite://")
    with served(create_app(replace(edges, schema_is_current=lambda: is_current(bare)))) as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]["word"]) == (503, "run: stancewatch db upgrade")


def test_not_ready_without_database(edges: Edges) -> None:
    away = create_database("sqlite:////nowhere/at/all.db")
    with served(create_app(replace(edges, read=reads(away), schema_is_current=lambda: is_current(away)))) as client:
        answer, page = client.get("/readyz"), client.get("/api/v1/shifts")
    assert (answer.status_code, answer.json()["waiting"]["ok"]) == (503, False)
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize(
    ("minutes", "status"),
    [pytest.param(14, 200, id="a while is fine"), pytest.param(16, 503, id="longer than a quarter of an hour")],
)
def test_ready_until_the_oldest_row_waits_too_long(edges: Edges, begin: Begin, minutes: int, status: int) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=1))
        since = (DAY_ONE - timedelta(minutes=minutes)).replace(tzinfo=None)
        tx.session.execute(text("UPDATE handoff SET waiting_since = :since"), {"since": str(since)})
    with served(create_app(edges)) as client:
        answer = client.get("/readyz")
    assert answer.status_code == status
    assert f"oldest row waits {minutes * 60} s" in answer.json()["waiting"]["word"]


def test_a_broker_that_does_not_answer_is_noticed() -> None:
    with pytest.raises(BrokerUnreachable):
        ping_broker("redis://127.0.0.1:1/0")


@pytest.mark.parametrize(
    ("public_url", "hosts"),
    [
        pytest.param("https://news.example/desk", ("news.example", "127.0.0.1", "localhost"), id="a public name"),
        pytest.param("http://127.0.0.1:8000", ("127.0.0.1", "localhost"), id="at home"),
    ],
)
def test_the_server_answers_to_its_public_name_and_at_home(public_url: str, hosts: tuple[str, ...]) -> None:
    assert hosts_of(public_url) == hosts

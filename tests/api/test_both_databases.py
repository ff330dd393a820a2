"""What people write through the API and the desk is the same on SQLite and on PostgreSQL."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import Engine

from services.api.app import create_app
from services.api.deps import Edges
from services.api.tokens import create_token
from shared.transaction import reads, transactions
from shared.vocabulary import Scope
from tests.api.builders import DAY_ONE, add_storyline
from tests.api.serving import served

BOT = {"name": "bot", "figures": ["ana-ruiz"], "kinds": ["commitment"], "webhook": "https://hooks.example/a"}


@pytest.fixture
def admin(edges: Edges, any_database: Engine) -> Iterator[httpx.Client]:
    begin, read = transactions(any_database, lambda _: None), reads(any_database)
    with begin() as tx:
        add_storyline(tx.session)
        token = create_token(tx.session, "admin", Scope.ADMIN, expires_at=None, now=DAY_ONE).token
    here = replace(
        edges, begin=begin, read=read, now=lambda: DAY_ONE + timedelta(days=30), public_url="http://x.example"
    )
    with served(create_app(here)) as client:
        client.post("/login", data={"token": token})
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def test_a_day_at_the_desk(admin: httpx.Client) -> None:
    key = {"Idempotency-Key": "one"}
    feeds = [admin.post("/api/v1/feeds", json={"url": "https://outlet.example/rss"}, headers=key) for _ in range(2)]
    assert [feed.status_code for feed in feeds] == [201, 201]
    assert admin.put("/api/v1/figures/bo-li", json={"name": "Bo Li", "aliases": ["Li"]}).status_code == 200
    assert admin.post("/api/v1/subscriptions", json=BOT, headers={"Idempotency-Key": "two"}).status_code == 201
    assert admin.patch("/api/v1/subscriptions/2", json={"quiet_hours": "22-7"}).json()["quiet_hours"] == "22-7"
    assert admin.post("/api/v1/subscriptions/2/pause", json={"until": "2031-05-01T00:00:00Z"}).status_code == 200
    assert admin.post("/api/v1/subscriptions/2/tests").status_code == 202
    assert admin.post("/api/v1/subscriptions/2/secret").status_code == 200
    assert admin.post("/api/v1/subscriptions/preview", json={"figures": ["ana-ruiz"]}).json()["count"] == 1
    assert admin.post("/api/v1/deliveries/1/retry").json()["state"] == "retry"
    assert admin.post("/api/v1/deliveries/replay", json={"since": "2031-03-01T00:00:00Z"}).status_code == 200
    assert admin.post("/api/v1/tokens", json={"name": "desk", "scope": "write"}).status_code == 201

    shown = admin.get("/api/v1/watchlist").json()
    dry = admin.put("/api/v1/watchlist?dry_run=true", json={**shown, "figures": shown["figures"][:1]})
    assert [(one["what"], one["name"]) for one in dry.json()["changes"]] == [("retired", "bo-li")]
    assert admin.put("/api/v1/watchlist", json=shown).json()["changes"] == []

    for path in (
        "positions",
        "statements",
        "shifts",
        "alerts",
        "feeds",
        "figures",
        "issues",
        "subscriptions",
        "tokens",
    ):
        first = admin.get(f"/api/v1/{path}", params={"limit": 1})
        assert first.status_code == 200, path
        if cursor := first.json()["next"]:
            second = admin.get(f"/api/v1/{path}", params={"limit": 1, "cursor": cursor})
            assert (second.status_code, second.json() != first.json()) == (200, True), path
    assert admin.get("/api/v1/why", params={"subscription": 2, "shift": 1}).json()["told"] is False
    assert admin.get("/api/v1/explain", params={"figure": "ana-ruiz", "issue": "tram"}).status_code == 200

    for path in ("/desk/subscriptions", "/desk/subscriptions/2", "/desk/subscriptions/2/change"):
        page = admin.get(path)
        assert page.status_code == 200, path
    seal = re.search(r'name="seal" value="(\w+)"', page.text)
    assert seal
    assert admin.post("/desk/subscriptions/2/end", data={"seal": seal[1]}).status_code == 303

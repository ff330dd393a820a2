"""Writing through the API: figures, issues, feeds and the whole watchlist, by the same rules as the file."""

from collections.abc import Iterator

import httpx
import pytest
import yaml

from services.api.deps import Edges
from shared.events import Event, FeedDue
from shared.transaction import Begin, Read
from shared.vocabulary import Scope
from tests.api.builders import add_storyline
from tests.api.desks import holding, token_of

TRAM = {"name": "Tram", "proposition": "The city should build the tram.", "terms": ["tram", "tramway"]}
LIST = {
    "figures": [{"id": "ana-ruiz", "name": "Ana Ruiz"}],
    "issues": [{"id": "tram", **TRAM}],
    "feeds": [{"url": "https://outlet.example/rss"}],
    "subscriptions": [{"name": "bot", "figures": ["ana-ruiz"], "webhook": "https://hooks.example/a"}],
}


@pytest.fixture
def desk(edges: Edges, begin: Begin) -> Iterator[httpx.Client]:
    with begin() as tx:
        add_storyline(tx.session)
    with holding(edges, token_of(begin, Scope.WRITE)) as client:
        yield client


def test_a_figure_from_its_coming_to_its_going(desk: httpx.Client) -> None:
    put = desk.put("/api/v1/figures/bo-li", json={"name": "Bo Li", "aliases": ["Li"], "kind": "person"})
    assert (put.status_code, put.json()) == (
        200,
        {"id": "bo-li", "name": "Bo Li", "aliases": ["Li"], "kind": "person"},
    )
    assert desk.put("/api/v1/figures/bo-li", json={"name": "Bo Lin"}).json()["aliases"] == []
    assert [one["id"] for one in desk.get("/api/v1/figures").json()["items"]] == ["ana-ruiz", "bo-li"]
    assert desk.delete("/api/v1/figures/bo-li").status_code == 204
    assert desk.delete("/api/v1/figures/bo-li").status_code == 404
    assert desk.get("/api/v1/figures/bo-li").status_code == 404
    assert desk.put("/api/v1/figures/bo-li", json={"name": "Bo Lin"}).status_code == 200


def test_an_issue_is_changed_and_retired(desk: httpx.Client) -> None:
    assert desk.put("/api/v1/issues/tram", json=TRAM).json()["terms"] == ["tram", "tramway"]
    assert desk.get("/api/v1/issues/tram").json()["name"] == "Tram"
    assert desk.delete("/api/v1/issues/tram").status_code == 204
    assert [one["id"] for one in desk.get("/api/v1/issues").json()["items"]] == ["harbour"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        pytest.param({"name": "Tram", "proposition": "p", "terms": []}, "body.terms", id="no term"),
        pytest.param({"name": " ", "proposition": "p", "terms": ["t"]}, "body.name", id="no name"),
        pytest.param({**TRAM, "weight": 3}, "body.weight", id="a key that nobody knows"),
        pytest.param({**TRAM, "terms": ["tram", 7]}, "body.terms[1]", id="a term that is a number"),
    ],
)
def test_what_is_wrong_is_said_with_its_path(desk: httpx.Client, body: dict[str, object], where: str) -> None:
    answer = desk.put("/api/v1/issues/tram", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [one["where"] for one in answer.json()["complaints"]] == [where]


def test_a_feed_is_added_once_asked_at_once_and_retired(desk: httpx.Client, published: list[Event]) -> None:
    body = {"url": "https://outlet.example/rss", "name": "Outlet"}
    first, again = (
        desk.post("/api/v1/feeds", json=body),
        desk.post("/api/v1/feeds", json={**body, "name": "The Outlet"}),
    )
    assert [(first.status_code, again.status_code), first.headers["location"]] == [(201, 200), "/api/v1/feeds/1"]
    assert published == [FeedDue(feed_id=1)]
    assert desk.get("/api/v1/feeds/1").json()["name"] == "The Outlet"
    assert desk.delete("/api/v1/feeds/1").status_code == 204
    assert desk.get("/api/v1/feeds").json()["items"] == []
    assert desk.post("/api/v1/feeds", json=body).status_code == 201
    assert desk.post("/api/v1/feeds", json={"url": "ftp://outlet.example"}).status_code == 422


def test_a_repeat_with_a_key_is_answered_as_before(desk: httpx.Client) -> None:
    key = {"Idempotency-Key": "feed-1"}
    body = {"url": "https://outlet.example/rss"}
    first, again = (desk.post("/api/v1/feeds", json=body, headers=key) for _ in range(2))
    assert [first.status_code, again.status_code, again.json() == first.json()] == [201, 201, True]
    assert again.headers["idempotency-replayed"] == "true"
    other = desk.post("/api/v1/feeds", json={"url": "https://other.example/rss"}, headers=key)
    assert (other.status_code, "another request" in other.json()["detail"]) == (422, True)


def test_feeds_are_paged(desk: httpx.Client) -> None:
    for number in range(5):
        desk.post("/api/v1/feeds", json={"url": f"https://outlet.example/{number}"})
    seen, cursor = [], None
    while True:
        page = desk.get("/api/v1/feeds", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [feed["id"] for feed in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == [1, 2, 3, 4, 5]
    assert desk.get("/api/v1/feeds", params={"cursor": "AAAA"}).status_code == 422


@pytest.mark.parametrize("kind", ["application/json", "application/yaml"])
def test_the_watchlist_is_put_as_a_whole(desk: httpx.Client, kind: str) -> None:
    text = yaml.safe_dump(LIST) if "yaml" in kind else httpx.Request("PUT", "http://x", json=LIST).content.decode()
    send = {"content": text, "headers": {"Content-Type": kind}}
    dry = desk.put("/api/v1/watchlist?dry_run=true", **send).json()
    assert desk.get("/api/v1/feeds").json()["items"] == []
    wet = desk.put("/api/v1/watchlist", **send).json()
    assert (dry["dry_run"], wet["dry_run"], dry["changes"]) == (True, False, wet["changes"])
    assert {(one["what"], one["kind"], one["name"]) for one in wet["changes"]} == {
        ("changed", "issue", "tram"),
        ("retired", "issue", "harbour"),
        ("added", "feed", "https://outlet.example/rss"),
        ("added", "subscription", "bot"),
        ("retired", "subscription", "desk"),
    }
    assert [one["parts"] for one in wet["changes"] if one["name"] == "tram"] == [["terms"]]
    assert desk.put("/api/v1/watchlist", **send).json()["changes"] == []


def test_what_is_shown_may_be_put_back(desk: httpx.Client) -> None:
    desk.put("/api/v1/watchlist", json=LIST)
    shown = desk.get("/api/v1/watchlist", headers={"Accept": "application/yaml"})
    assert shown.headers["content-type"].startswith("application/yaml")
    assert yaml.safe_load(shown.text)["subscriptions"][0]["webhook"] == "https://hooks.example/a"
    put = desk.put("/api/v1/watchlist", content=shown.text, headers={"Content-Type": "application/yaml"})
    assert put.json()["changes"] == []


def test_a_watchlist_that_changed_meanwhile_is_not_overwritten(desk: httpx.Client) -> None:
    tag = desk.get("/api/v1/watchlist").headers["etag"]
    assert desk.get("/api/v1/watchlist", headers={"If-None-Match": tag}).status_code == 304
    desk.put("/api/v1/figures/bo-li", json={"name": "Bo Li"})
    assert desk.put("/api/v1/watchlist", json=LIST, headers={"If-Match": tag}).status_code == 412
    fresh = desk.get("/api/v1/watchlist").headers["etag"]
    assert desk.put("/api/v1/watchlist", json=LIST, headers={"If-Match": fresh}).status_code == 200


@pytest.mark.parametrize(
    ("kind", "text", "status", "where"),
    [
        ("application/json", '{"figures": [{"id": "Ana", "name": ""}], "issues": []}', 422, "figures[0].id"),
        ("application/yaml", "figures: []\nissues: [{id: tram}]\n", 422, "issues[0].name"),
        ("application/yaml", "figures: [\n", 422, None),
        ("application/json", "{", 422, None),
        ("application/json", "[]", 422, None),
        ("application/yaml", "a: &a [*a]\nfigures: *a\nissues: []", 422, "figures[0]"),
        ("text/plain", "figures: []", 415, None),
    ],
    ids=[
        "wrong parts",
        "a part that is missing",
        "no yaml",
        "no json",
        "no mapping",
        "a list within itself",
        "no list",
    ],
)
def test_a_bad_watchlist_is_refused_with_the_way_to_what_is_wrong(
    desk: httpx.Client, kind: str, text: str, status: int, where: str | None
) -> None:
    answer = desk.put("/api/v1/watchlist", content=text, headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert where is None or where in [one["where"] for one in answer.json()["complaints"]]


def test_a_list_of_lists_of_lists_is_refused_at_once(desk: httpx.Client) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    bomb = f"a0: &a0 [x]\n{levels}figures: *a11\nissues: []\n"
    answer = desk.put("/api/v1/watchlist", content=bomb, headers={"Content-Type": "application/yaml"}, timeout=10)
    assert answer.status_code == 422


def test_addresses_are_shown_only_to_who_may_change_them(desk: httpx.Client, edges: Edges, begin: Begin) -> None:
    desk.put("/api/v1/watchlist", json=LIST)
    assert "hooks.example" in desk.get("/api/v1/watchlist").text
    with holding(edges, token_of(begin, Scope.READ)) as reader:
        for path in ("/api/v1/watchlist", "/api/v1/subscriptions", "/api/v1/subscriptions/2"):
            answer = reader.get(path)
            assert (answer.status_code, "hooks.example" in answer.text, "paper.example" in answer.text) == (
                200,
                False,
                False,
            )


def test_what_people_made_by_hand_stays_when_a_file_is_applied(desk: httpx.Client, read: Read) -> None:
    del read
    made = desk.post("/api/v1/subscriptions", json={"name": "mine", "webhook": "https://hooks.example/m"}).json()
    desk.put("/api/v1/watchlist", json=LIST)
    kept = desk.get(f"/api/v1/subscriptions/{made['id']}").json()
    assert (kept["ended_at"], kept["made_by"]) == (None, "hand")
    named = {**LIST, "subscriptions": [{"name": "mine", "webhook": "https://hooks.example/m"}]}
    desk.put("/api/v1/watchlist", json=named)
    desk.put("/api/v1/watchlist", json={**LIST, "subscriptions": []})
    assert desk.get(f"/api/v1/subscriptions/{made['id']}").json()["ended_at"] is not None

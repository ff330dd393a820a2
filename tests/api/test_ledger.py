"""The ledger as JSON: what product.md fixes, filters, pages and refusals."""

import httpx
import pytest

from shared.transaction import Begin
from shared.vocabulary import Stance
from tests.api.builders import Said, add_reading, add_statement, add_storyline, add_watchlist


def test_a_statement_has_the_fields_of_the_contract(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        add_storyline(tx.session)
    newest, oldest = client.get("/api/v1/statements").json()["items"]
    assert (oldest["stance"], newest["stance"]) == ("mixed", "against")
    assert newest == {
        "type": "statement",
        "id": 2,
        "article": "https://ledger.example/4/against",
        "title": "Council debates the tram",
        "outlet": "Morning Ledger",
        "published": "2031-03-05T09:00:00Z",
        "actor": "Ana Ruiz",
        "figure": "ana-ruiz",
        "issue": "tram",
        "stance": "against",
        "confidence": 0.9,
        "own_words": True,
        "evidence": "I will vote against the tram.",
        "start": 0,
        "end": 29,
        "found_by": "local",
        "chat_model": "",
        "chat_stance": None,
    }


def test_a_shift_carries_the_words_of_both_sides(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        add_storyline(tx.session)
    (shift,) = client.get("/api/v1/shifts").json()["items"]
    assert (shift["from"], shift["to"], shift["kind"]) == ("mixed", "against", "commitment")
    assert (shift["article"], shift["at"]) == ("https://ledger.example/4/against", "2031-03-05T09:00:00Z")
    assert shift["before"]["evidence"] == "I see both sides of the tram."
    assert shift["after"]["article"] == shift["article"]


def test_an_alert_names_its_subscription_and_hides_its_address(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        add_storyline(tx.session)
    answer = client.get("/api/v1/alerts")
    (alert,) = answer.json()["items"]
    assert (alert["subscription"], alert["shift"]["kind"]) == ("desk", "commitment")
    assert [(copy["channel"], copy["state"]) for copy in alert["deliveries"]] == [("email", "delivered")]
    assert "desk@paper.example" not in answer.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", 2, id="everything"),
        pytest.param("figure=ana-ruiz&issue=tram", 2, id="the figure and issue spoken of"),
        pytest.param("figure=somebody-else", 0, id="another figure"),
        pytest.param("issue=harbour", 0, id="another issue"),
        pytest.param("since=2031-03-05T09:00:00Z", 1, id="from a time on, that time too"),
        pytest.param("since=2031-03-05T11:00:00%2B02:00", 1, id="the same time in another zone"),
    ],
)
def test_statements_are_filtered(client: httpx.Client, begin: Begin, query: str, found: int) -> None:
    with begin() as tx:
        add_storyline(tx.session)
    assert len(client.get(f"/api/v1/statements?{query}").json()["items"]) == found


def test_pages_follow_one_another_without_gap_or_repetition(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        actor = add_watchlist(tx.session)
        for number in range(7):  # three on one day: the id decides between them
            add_statement(tx.session, actor, Said(number // 3, Stance.FAVOR, url=f"https://ledger.example/{number}"))
    seen: list[int] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        answer = client.get("/api/v1/statements", params=query).json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        query["cursor"] = answer["next"]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_only_the_latest_reading_of_an_article_is_shown(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        actor = add_watchlist(tx.session)
        first = add_statement(tx.session, actor, Said(0, Stance.FAVOR))
        add_reading(tx.session, actor, Said(0, Stance.AGAINST), article_id=first.article_id, version="2")
    (statement,) = client.get("/api/v1/statements").json()["items"]
    assert statement["stance"] == "against"


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        pytest.param("figure=Not%20An%20Id", "query.figure", id="an id that none can be"),
        pytest.param("figure=a%00b", "query.figure", id="a NUL in an id"),
        pytest.param("since=yesterday", "query.since", id="a word for a time"),
        pytest.param("since=2031-03-05T09:00:00", "query.since", id="a time without a zone"),
        pytest.param("since=0001-01-01T00:00:00%2B14:00", "query.since", id="a time before all time"),
        pytest.param("limit=0", "query.limit", id="an empty page"),
        pytest.param("limit=5000", "query.limit", id="a page too long"),
    ],
)
def test_a_request_that_cannot_be_read_is_a_problem(client: httpx.Client, query: str, complaint: str) -> None:
    answer = client.get(f"/api/v1/statements?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [c["where"] for c in answer.json()["complaints"]] == [complaint]


def test_a_foreign_cursor_is_a_problem_that_says_what_to_do(client: httpx.Client) -> None:
    answer = client.get("/api/v1/shifts?cursor=bogus")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "leave it out" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/api/v1/nothing", 404, id="an address that is not there"),
        pytest.param("POST", "/api/v1/shifts", 405, id="a method that is not allowed"),
    ],
)
def test_refusals_are_problems(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status

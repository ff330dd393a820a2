"""The pages behind the links in mail: a program that opens every link changes nothing, one POST ends the mail."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from services.api.app import create_app
from services.api.deps import Edges
from services.api.subscribers import LONGEST_CONFIRMATION, hash_of
from shared.tables import Consent, Subscription
from shared.transaction import Begin, Read
from tests.api.builders import DAY_ONE, add_watchlist
from tests.api.serving import served

TOKEN = "T" * 43
QUESTION = "Q" * 43


@pytest.fixture(autouse=True)
def subscription(begin: Begin) -> None:
    with begin() as tx:
        add_watchlist(tx.session)
        tx.session.add(
            Subscription(name="desk", figures=["ana-ruiz"], email="desk@paper.example", token=TOKEN, created_at=DAY_ONE)
        )


@pytest.fixture
def asked(begin: Begin) -> None:
    with begin() as tx:
        tx.session.add(
            Consent(subscription_id=1, address="desk@paper.example", token_hash=hash_of(QUESTION), asked_at=DAY_ONE)
        )


@pytest.fixture
def late(edges: Edges) -> Iterator[httpx.Client]:
    """The service two days and a second later."""
    with served(
        create_app(replace(edges, now=lambda: DAY_ONE + LONGEST_CONFIRMATION + timedelta(seconds=1)))
    ) as client:
        yield client


def rows(read: Read) -> tuple[dict[str, object], dict[str, object] | None]:
    with read() as session:
        answer = session.get(Consent, 1)
        return session.get_one(Subscription, 1).model_dump(), answer.model_dump() if answer else None


@pytest.mark.parametrize("path", [f"/subscriptions/{TOKEN}", f"/unsubscribe/{TOKEN}", f"/confirm/{QUESTION}"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.usefixtures("asked")
def test_looking_changes_nothing(client: httpx.Client, read: Read, method: str, path: str) -> None:
    before = rows(read)
    assert client.request(method, path).status_code in (200, 405)
    assert rows(read) == before


def test_one_click_ends_the_mail_at_once_without_login_or_redirect(client: httpx.Client, read: Read) -> None:
    for _ in range(2):
        answer = client.post(f"/unsubscribe/{TOKEN}", data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, "No more mail" in answer.text) == (200, True)
    row, consent = rows(read)
    assert row["retired_at"] is None  # its webhook, if it has one, goes on
    assert consent is not None
    assert (consent["address"], consent["confirmed_at"]) == ("desk@paper.example", None)


def test_who_holds_the_link_may_have_mail_again(client: httpx.Client, read: Read) -> None:
    client.post(f"/unsubscribe/{TOKEN}")
    answer = client.post(f"/subscriptions/{TOKEN}/mail")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/subscriptions/{TOKEN}")
    _, consent = rows(read)
    assert consent is not None
    assert consent["confirmed_at"] == DAY_ONE


@pytest.mark.usefixtures("asked")
def test_a_question_to_an_address_of_before_does_not_stop_mail_to_a_new_one(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        tx.session.get_one(Subscription, 1).email = "new@paper.example"
    assert "End the mail" in client.get(f"/subscriptions/{TOKEN}").text


def test_the_page_says_what_the_subscription_is_about(client: httpx.Client) -> None:
    page = client.get(f"/subscriptions/{TOKEN}").text
    assert "Ana Ruiz" in page
    assert "desk@paper.example" not in page


@pytest.mark.parametrize(
    ("days", "status", "until"),
    [
        pytest.param("7", 303, DAY_ONE + timedelta(days=7), id="a week"),
        pytest.param("0", 303, None, id="no more"),
        pytest.param("9999", 422, None, id="a span that is not offered"),
        pytest.param("", 422, None, id="no span"),
    ],
)
def test_a_subscription_is_paused(client: httpx.Client, read: Read, days: str, status: int, until: object) -> None:
    assert client.post(f"/subscriptions/{TOKEN}/pause", data={"days": days}).status_code == status
    assert rows(read)[0]["paused_until"] == until


@pytest.mark.usefixtures("asked")
def test_a_post_confirms_and_again_changes_nothing(client: httpx.Client, read: Read) -> None:
    assert [client.post(f"/confirm/{QUESTION}").status_code for _ in range(2)] == [200, 200]
    _, consent = rows(read)
    assert consent is not None
    assert consent["confirmed_at"] == DAY_ONE


@pytest.mark.usefixtures("asked")
def test_a_question_is_open_for_two_days(late: httpx.Client, read: Read) -> None:
    assert late.post(f"/confirm/{QUESTION}").status_code == 404
    _, consent = rows(read)
    assert consent is not None
    assert consent["confirmed_at"] is None


@pytest.mark.parametrize("path", ["/subscriptions/", "/unsubscribe/", "/confirm/"])
@pytest.mark.parametrize("token", ["X" * 43, "short", "%00" * 20])
def test_a_foreign_token_opens_nothing(client: httpx.Client, path: str, token: str) -> None:
    assert client.get(path + token).status_code == 404


def test_pages_with_a_token_are_not_kept_and_not_listed(client: httpx.Client) -> None:
    headers = client.get(f"/subscriptions/{TOKEN}").headers
    assert (headers["cache-control"], headers["x-robots-tag"]) == ("no-store", "noindex")
    assert headers["referrer-policy"] == "no-referrer"

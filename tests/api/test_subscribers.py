"""The pages behind the links in mail: a program that opens every link changes nothing, one POST ends the mail."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from services.api.app import create_app
from services.api.consents import LONGEST_QUESTION, hash_of
from services.api.deps import Edges
from shared.tables import Consent, Subscription
from shared.transaction import Begin, Read
from shared.vocabulary import Frequency
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
        tx.session.flush()
        tx.session.add(Consent(subscription_id=1, address="desk@paper.example", confirmed_at=DAY_ONE))


@pytest.fixture
def asked(begin: Begin) -> None:
    with begin() as tx:
        answer = tx.session.get_one(Consent, 1)
        answer.token_hash, answer.asked_at, answer.confirmed_at = hash_of(QUESTION), DAY_ONE, None


@pytest.fixture
def late(edges: Edges) -> Iterator[httpx.Client]:
    """The service two days and a second later."""
    with served(create_app(replace(edges, now=lambda: DAY_ONE + LONGEST_QUESTION + timedelta(seconds=1)))) as client:
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
def test_an_answer_of_one_address_is_none_of_another(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        tx.session.get_one(Subscription, 1).email = "new@paper.example"
    assert "End the mail" not in client.get(f"/subscriptions/{TOKEN}").text
    assert client.post(f"/confirm/{QUESTION}").status_code == 404


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
def test_a_no_ends_the_question_for_good(client: httpx.Client, read: Read) -> None:
    assert "is not asked again" in client.post(f"/confirm/{QUESTION}/no").text
    assert client.post(f"/confirm/{QUESTION}").status_code == 404
    _, consent = rows(read)
    assert consent is not None
    assert (consent["confirmed_at"], consent["withdrawn_at"]) == (None, DAY_ONE)


@pytest.mark.usefixtures("asked")
def test_the_subscription_s_own_link_is_no_yes_to_the_question(client: httpx.Client, read: Read) -> None:
    client.post(f"/subscriptions/{TOKEN}/mail")
    _, consent = rows(read)
    assert consent is not None
    assert consent["confirmed_at"] is None


@pytest.mark.parametrize(
    ("written", "status", "chosen"),
    [
        pytest.param("weekly", 303, Frequency.WEEKLY, id="once a week"),
        pytest.param("now", 303, Frequency.NOW, id="at once"),
        pytest.param("never", 422, None, id="what is not offered"),
    ],
)
def test_the_holder_chooses_how_often(
    client: httpx.Client, read: Read, *, written: str, status: int, chosen: Frequency | None
) -> None:
    answer = client.post(f"/subscriptions/{TOKEN}/frequency", data={"frequency": written})
    assert answer.status_code == status
    assert rows(read)[0]["chosen_frequency"] == chosen


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

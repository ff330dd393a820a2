"""Who may look: anybody on this machine, else who has a token or a session; a wrong token is never overlooked."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.api.access import presented_token
from services.api.app import create_app
from services.api.deps import Edges, reading_is_open
from services.api.sessions import LASTS, Opened, form_seal, is_sealed, read_session, write_session
from services.api.tokens import create_token, revoke_token
from shared.settings import Settings
from shared.tables import Attempt, Delivery, Rehearsal
from shared.transaction import Begin
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, Scope
from tests.api.builders import DAY_ONE, add_storyline
from tests.api.desks import token_of
from tests.api.serving import served

KEY = "a key of these tests that seals nothing"


@pytest.fixture
def closed(edges: Edges, begin: Begin) -> Iterator[httpx.Client]:
    """The service where reading needs a token."""
    with begin() as tx:
        add_storyline(tx.session)
    plain = replace(edges, gate=replace(edges.gate, open_reading=False), public_url="http://news.example")
    with served(create_app(plain)) as client:
        yield client


@pytest.fixture
def token(begin: Begin) -> str:
    with begin() as tx:
        return create_token(tx.session, "desk", Scope.READ, expires_at=None, now=DAY_ONE).token


@pytest.mark.parametrize("path", ["/api/v1/shifts", "/api/v1/watchlist", "/api/v1/deliveries", "/shifts.atom"])
def test_closed_reading_needs_a_valid_token(closed: httpx.Client, token: str, path: str) -> None:
    refused = closed.get(path)
    assert (refused.status_code, refused.headers["www-authenticate"][:6]) == (401, "Bearer")
    assert closed.get(path, headers={"Authorization": "Bearer swt_wrong"}).status_code == 401
    assert closed.get(path, params={"token": token}).status_code == 401
    assert closed.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_feed_reader_gives_the_token_as_a_password(closed: httpx.Client, token: str) -> None:
    assert closed.get("/shifts.atom", auth=("anybody", token)).status_code == 200


def test_a_wrong_token_is_refused_even_where_reading_is_open(client: httpx.Client, begin: Begin, token: str) -> None:
    with begin() as tx:
        revoke_token(tx.session, "desk", now=DAY_ONE)
    answer = client.get("/api/v1/shifts", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["detail"]) == (401, "this token was revoked")
    assert client.get("/api/v1/shifts").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/login", "/static/style.css", "/api/v1/openapi.json"])
def test_what_holds_no_news_is_open(closed: httpx.Client, path: str) -> None:
    assert closed.get(path).status_code == 200


def test_a_page_asks_to_log_in_and_then_shows_itself(closed: httpx.Client, token: str) -> None:
    asked = closed.get("/figures/ana-ruiz/issues/tram")
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?to=/figures/ana-ruiz/issues/tram")
    opened = closed.post("/login", data={"token": token, "to": "/figures/ana-ruiz/issues/tram"})
    assert (opened.status_code, opened.headers["location"]) == (303, "/figures/ana-ruiz/issues/tram")
    cookie = opened.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/"))
    assert token not in cookie
    assert "I will vote against the tram." in closed.get(opened.headers["location"]).text
    assert closed.get("/api/v1/shifts").status_code == 200
    closed.post("/logout")
    assert closed.get("/").status_code == 303


def test_a_session_ends_with_its_token(closed: httpx.Client, begin: Begin, token: str) -> None:
    closed.post("/login", data={"token": token})
    with begin() as tx:
        revoke_token(tx.session, "desk", now=DAY_ONE)
    assert closed.get("/").status_code == 303


def test_a_wrong_token_opens_no_session(closed: httpx.Client) -> None:
    answer = closed.post("/login", data={"token": "swt_wrong"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert "This token is not known" in answer.text


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "/x\r\nSet-Cookie: a=b", ""]
)
def test_a_login_leads_nowhere_else(closed: httpx.Client, token: str, to: str) -> None:
    answer = closed.post("/login", data={"token": token, "to": to})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["another origin", "a hidden origin", "another site"],
)
def test_another_sites_form_opens_no_session(closed: httpx.Client, token: str, headers: dict[str, str]) -> None:
    assert closed.post("/login", data={"token": token}, headers=headers).status_code == 403


def test_over_https_the_cookie_is_bound_to_this_host(edges: Edges, token: str) -> None:
    with served(create_app(edges)) as client:
        cookie = client.post("/login", data={"token": token}).headers["set-cookie"]
    assert cookie.startswith("__Host-stancewatch=")
    assert "Secure" in cookie


@pytest.mark.parametrize(
    ("cookie", "opened"),
    [
        pytest.param("", None, id="none"),
        pytest.param("1.99999999999.x.0000", None, id="forged"),
        pytest.param("...", None, id="dots"),
        pytest.param("é" * 400, None, id="noise"),
    ],
)
def test_only_our_own_sessions_are_read(cookie: str, opened: object) -> None:
    assert read_session(cookie, key=KEY, now=DAY_ONE) == opened


def test_a_session_lasts_half_a_day_under_its_key() -> None:
    cookie = write_session(7, key=KEY, now=DAY_ONE)
    assert read_session(cookie, key=KEY, now=DAY_ONE + LASTS - timedelta(seconds=1)) == Opened(7)
    assert read_session(cookie, key=KEY, now=DAY_ONE + LASTS) is None
    assert read_session(cookie, key=KEY + "!", now=DAY_ONE) is None
    assert is_sealed(form_seal(cookie, key=KEY), cookie, key=KEY)
    assert not is_sealed(form_seal(cookie, key=KEY), write_session(7, key=KEY, now=DAY_ONE), key=KEY)


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("", None),
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        (f"Basic {b64encode(b'who:abc').decode()}", "abc"),
        ("Basic !!!", ""),
        ("Digest abc", ""),
    ],
)
def test_a_token_comes_in_the_header(header: str, token: str | None) -> None:
    assert presented_token(header) == token


@pytest.mark.parametrize(
    ("given", "is_open"),
    [
        pytest.param({}, True, id="on this machine only"),
        pytest.param({"api_host": "0.0.0.0"}, False, id="other machines reach it"),
        pytest.param({"public_url": "https://news.example"}, False, id="it has a public name"),
        pytest.param({"public_url": "https://news.example", "reading": "public"}, True, id="said to be public"),
        pytest.param({"reading": "token"}, False, id="said to be closed"),
    ],
)
def test_reading_is_open_only_at_home_unless_said(given: dict[str, str], is_open: bool) -> None:
    assert reading_is_open(Settings(_env_file=None, **given)) is is_open


SAID = "SMTP 550: 5.1.1 <desk@paper.example> is not known here"


@pytest.mark.parametrize(("scope", "shown"), [(Scope.READ, "SMTP 550"), (Scope.WRITE, SAID)])
def test_what_receivers_said_is_for_who_may_see_where_subscriptions_lead(
    client: httpx.Client, begin: Begin, scope: Scope, shown: str
) -> None:
    with begin() as tx:
        add_storyline(tx.session)
        sent = tx.session.get_one(Delivery, 1)
        sent.state, sent.reason = DeliveryState.DEAD, SAID
        times: dict[str, Any] = {"started_at": DAY_ONE, "finished_at": DAY_ONE}
        tx.session.add(Attempt(delivery_id=1, number=1, outcome=AttemptOutcome.REJECTED, detail=SAID, **times))
        test: dict[str, Any] = {"subscription_id": 1, "channel": ChannelKind.EMAIL, "asked_at": DAY_ONE}
        tx.session.add(Rehearsal(outcome="rejected", detail=SAID, **test))
    client.headers["Authorization"] = f"Bearer {token_of(begin, scope)}"
    pages = ("/deliveries", "/deliveries/1/attempts", "/subscriptions/1/tests")
    listed = [client.get(f"/api/v1{page}").json()["items"][0] for page in pages]
    why = client.get("/api/v1/why?subscription=1&shift=1").json()["deliveries"][0]
    one = client.get("/api/v1/deliveries/1").json()
    assert [item.get("reason") or item.get("detail") for item in (*listed, why, one)] == [shown] * 5

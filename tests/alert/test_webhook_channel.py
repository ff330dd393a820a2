from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.alert.channels.base import Accepted, Gone, Outcome, Postponed, Rejected, TimedOut
from services.alert.channels.webhook import signed_headers, webhook_channel
from shared import web
from shared.egress import Door, Rules
from tests.alert.builders import SECRET, a_parcel
from tests.alert.sinks import Endpoint, web_server

OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def post_to(endpoint: Endpoint, **changes: object) -> Outcome:
    door = Door(Rules(networks=(ip_network("127.0.0.0/8"),)))
    with web_server(endpoint) as url:
        try:
            return webhook_channel(door.send, user_agent="stancewatch-test")(a_parcel(address=url, **changes))
        finally:
            door.close()


def test_a_call_verifies_by_the_reference_library() -> None:
    endpoint = Endpoint()
    assert post_to(endpoint) == Accepted("HTTP 200: thanks")
    (call,) = endpoint.arrivals
    assert Webhook(SECRET).verify(call.body, call.headers) == json.loads(call.body)
    assert call.headers["webhook-id"] == "5f2b9c0d"
    assert call.headers["content-type"] == "application/json"
    assert call.headers["user-agent"] == "stancewatch-test"


def test_a_changed_body_or_another_secret_does_not_verify() -> None:
    endpoint = Endpoint()
    post_to(endpoint)
    (call,) = endpoint.arrivals
    for secret, body in ((SECRET, call.body + b" "), (OTHER_SECRET, call.body)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, call.headers)


def test_while_a_secret_is_rotated_both_verify() -> None:
    endpoint = Endpoint()
    post_to(endpoint, secrets=(OTHER_SECRET, SECRET))
    (call,) = endpoint.arrivals
    for secret in (SECRET, OTHER_SECRET):
        assert Webhook(secret).verify(call.body, call.headers)


def test_the_specifications_fixed_vector() -> None:
    sent_at = datetime.fromtimestamp(1614265330, UTC)
    parcel = a_parcel(key="msg_p5jXN8AQM9LWM0D4loKWxJek", sent_at=sent_at)
    headers = dict(signed_headers(parcel, b'{"test": 2432232314}'))
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    ("endpoint", "outcome"),
    [
        pytest.param(Endpoint(status=204, answer=b""), Accepted("HTTP 204"), id="any success counts"),
        pytest.param(Endpoint(status=410), Gone("HTTP 410: thanks"), id="gone"),
        pytest.param(Endpoint(status=500), Postponed("HTTP 500: thanks"), id="broken"),
        pytest.param(Endpoint(status=404), Postponed("HTTP 404: thanks"), id="not there yet"),
        pytest.param(
            Endpoint(status=429, headers={"retry-after": "90.5"}),
            Postponed("HTTP 429: thanks", overloaded=True, asked=timedelta(seconds=90.5)),
            id="too much, with seconds",
        ),
        pytest.param(
            Endpoint(status=503, headers={"retry-after": "soon"}), Postponed("HTTP 503: thanks"), id="asks for nonsense"
        ),
        pytest.param(
            Endpoint(status=200, answer=b"x" * 30_000),
            Accepted("HTTP 200: (an answer longer than the log keeps)"),
            id="a success with a long answer",
        ),
    ],
)
def test_what_a_status_means(endpoint: Endpoint, outcome: Outcome) -> None:
    assert post_to(endpoint) == outcome


def test_a_redirect_is_a_failure_and_is_not_followed() -> None:
    elsewhere = Endpoint()
    with web_server(elsewhere) as url:
        outcome = post_to(Endpoint(status=307, headers={"location": url}))
    assert outcome == Postponed("HTTP 307: thanks")
    assert elsewhere.arrivals == []


def test_retry_after_may_be_a_date() -> None:
    sent_at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    endpoint = Endpoint(status=429, headers={"retry-after": "Mon, 02 Mar 2026 09:32:00 GMT"})
    outcome = post_to(endpoint, sent_at=sent_at)
    assert outcome == Postponed("HTTP 429: thanks", overloaded=True, asked=timedelta(minutes=2))


@pytest.mark.parametrize(
    "secrets",
    [
        pytest.param((), id="no secret"),
        pytest.param(("whsec_",), id="an empty one"),
        pytest.param(("whsec_äöü",), id="not base64"),
    ],
)
def test_nothing_leaves_unsigned(secrets: tuple[str, ...]) -> None:
    endpoint = Endpoint()
    assert isinstance(post_to(endpoint, secrets=secrets), Rejected)
    assert endpoint.arrivals == []


def test_a_closed_network_is_refused_with_the_setting_that_opens_it() -> None:
    outcome = webhook_channel(Door(Rules()).send, user_agent="x")(a_parcel(address="http://127.0.0.1:8080/"))
    assert isinstance(outcome, Rejected)
    assert "STANCEWATCH_ALLOWED_NETWORKS" in outcome.detail


def test_silence_is_a_time_out() -> None:
    def silent(request: web.Request, limits: web.Limits) -> web.Outcome:
        assert limits.total_seconds == 15
        return web.TimedOut("no answer in time")

    assert webhook_channel(silent, user_agent="x")(a_parcel()) == TimedOut("no answer in time")

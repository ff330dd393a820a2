"""Subscriptions through the API: previewed, made, changed, paused, tested, explained, ended."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.api.deps import Edges
from services.api.subscribing import TWO_SIGNATURES
from shared.events import DeliveryDue, Event, RehearsalAsked
from shared.tables import Consent, Delivery, Endpoint, Pressure, Rehearsal, Statement, Subscription
from shared.transaction import Begin, Read
from shared.vocabulary import DeliveryState, Scope, Stance
from tests.api.builders import DAY_ONE, add_storyline
from tests.api.desks import holding, token_of

LATER = DAY_ONE + timedelta(days=30)
BOT = {"name": "bot", "figures": ["ana-ruiz"], "kinds": ["commitment"], "webhook": "https://hooks.example/a"}


@pytest.fixture
def desk(edges: Edges, begin: Begin) -> Iterator[httpx.Client]:
    with begin() as tx:
        add_storyline(tx.session)
    with holding(replace(edges, now=lambda: LATER), token_of(begin, Scope.WRITE)) as client:
        yield client


@pytest.fixture
def bot(desk: httpx.Client) -> int:
    return int(desk.post("/api/v1/subscriptions", json=BOT).json()["id"])


def row(read: Read, subscription_id: int) -> Subscription:
    with read() as session:
        return session.get_one(Subscription, subscription_id)


def test_its_secret_is_in_the_answer_to_its_making_and_nowhere_else(desk: httpx.Client, read: Read) -> None:
    made = desk.post("/api/v1/subscriptions", json=BOT)
    secret = made.json()["webhook_secret"]
    assert (made.status_code, made.headers["location"], secret[:6]) == (201, "/api/v1/subscriptions/2", "whsec_")
    shown = desk.get("/api/v1/subscriptions/2")
    assert (shown.json()["made_by"], shown.json()["ways"][0]["address"]) == ("hand", "https://hooks.example/a")
    assert secret not in shown.text
    assert row(read, 2).webhook_secret == secret


def test_a_repeat_shows_the_secret_again_and_its_copy_is_sealed(desk: httpx.Client, read: Read) -> None:
    key = {"Idempotency-Key": "k1"}
    first, again = (desk.post("/api/v1/subscriptions", json=BOT, headers=key) for _ in range(2))
    assert first.json() == again.json()
    with read() as session:
        stored = session.connection().exec_driver_sql("SELECT body FROM kept_answer").scalar_one()
    assert first.json()["webhook_secret"] not in stored


def test_early_warnings_are_asked_for_by_name_and_off_otherwise(desk: httpx.Client, bot: int, read: Read) -> None:
    address = f"/api/v1/subscriptions/{bot}"
    assert desk.get(address).json()["signals"] == []
    assert desk.patch(address, json={"signals": ["pressure"]}).json()["signals"] == ["pressure"]
    assert row(read, bot).signals == ["pressure"]
    assert desk.patch(address, json={"signals": ["rumour"]}).status_code == 422
    assert desk.patch(address, json={"signals": None}).json()["signals"] == []


def test_a_name_is_taken_once(desk: httpx.Client, bot: int) -> None:
    assert desk.post("/api/v1/subscriptions", json=BOT).status_code == 409
    assert desk.patch(f"/api/v1/subscriptions/{bot}", json={"name": "desk"}).status_code == 409
    desk.delete(f"/api/v1/subscriptions/{bot}")
    again = desk.post("/api/v1/subscriptions", json=BOT)
    assert (again.status_code, again.json()["id"], again.json()["ended_at"]) == (201, bot, None)


@pytest.mark.parametrize(
    ("part", "where"),
    [
        pytest.param({"figures": ["nobody"]}, "figures[0]: 'nobody' is not on the watchlist", id="an unknown figure"),
        pytest.param({"issues": ["tram", "moon"]}, "issues[1]: 'moon' is not on the watchlist", id="an unknown issue"),
        pytest.param({"webhook": None}, "needs an email, a webhook or a chat", id="no way out"),
        pytest.param({"webhook": "file:///etc/passwd"}, "http:// or https://", id="a file"),
        pytest.param({"email": "a@b.example\nBcc: x@y.example"}, "must be one e-mail address", id="a line break"),
        pytest.param({"quiet_hours": "25-7"}, "two different full hours", id="hours that do not exist"),
        pytest.param({"hour": 7}, "an hour goes with", id="an hour without a digest"),
        pytest.param({"minimum_confidence": 1.5}, "less than or equal to 1", id="surer than sure"),
    ],
)
def test_what_makes_no_sense_is_refused(desk: httpx.Client, part: dict[str, object], where: str) -> None:
    answer = desk.post("/api/v1/subscriptions", json={**BOT, **part})
    assert (answer.status_code, where in answer.text) == (422, True)


def test_a_change_changes_what_is_given(desk: httpx.Client, bot: int, read: Read) -> None:
    secret = row(read, bot).webhook_secret
    changed = desk.patch(
        f"/api/v1/subscriptions/{bot}",
        json={"frequency": "daily", "hour": 7, "timezone": "Europe/Madrid", "quiet_hours": "22-7", "figures": []},
    ).json()
    assert (changed["frequency"], changed["hour"], changed["quiet_hours"], changed["figures"]) == (
        "daily",
        7,
        "22-7",
        [],
    )
    assert (changed["kinds"], changed["webhook_secret"], row(read, bot).webhook_secret) == (
        ["commitment"],
        None,
        secret,
    )
    back = desk.patch(f"/api/v1/subscriptions/{bot}", json={"frequency": "now", "quiet_hours": None}).json()
    assert (back["frequency"], back["quiet_hours"]) == ("now", None)
    moved = desk.patch(f"/api/v1/subscriptions/{bot}", json={"webhook": "https://hooks.example/b"}).json()
    assert moved["webhook_secret"] not in (None, secret)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"nonsense": 1}', b"null", b'{"hour": "7"}'])
def test_a_change_that_is_none_is_refused(desk: httpx.Client, bot: int, body: bytes) -> None:
    answer = desk.patch(f"/api/v1/subscriptions/{bot}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_a_new_address_is_asked_first(desk: httpx.Client, read: Read) -> None:
    made = desk.post("/api/v1/subscriptions", json={"name": "mine", "email": "new@paper.example"}).json()
    assert [(way["channel"], way["closed"] is not None) for way in made["ways"]] == [("email", True)]
    with read() as session:
        answer = session.get_one(Consent, made["id"])
    assert (answer.confirmed_at, answer.asked_by) == (None, "write desk")


def test_a_pause_holds_until_its_end(desk: httpx.Client, bot: int) -> None:
    path = f"/api/v1/subscriptions/{bot}"
    paused = desk.post(f"{path}/pause", json={"until": "2031-05-01T10:00:00+02:00"}).json()
    assert paused["paused_until"] == "2031-05-01T08:00:00Z"
    assert desk.patch(path, json={"kinds": []}).json()["paused_until"] == "2031-05-01T08:00:00Z"
    assert desk.post(f"{path}/pause", json={"until": None}).json()["paused_until"] is None
    assert desk.post(f"{path}/pause", json={"until": "tomorrow"}).status_code == 422


@pytest.mark.parametrize(
    ("wish", "days", "count"),
    [
        pytest.param({}, 90, 1, id="everything"),
        pytest.param({"figures": ["ana-ruiz"], "issues": ["tram"]}, 90, 1, id="figure and issue"),
        pytest.param({"kinds": ["reversal"]}, 90, 0, id="another kind"),
        pytest.param({"minimum_confidence": 0.95}, 90, 0, id="surer than that"),
        pytest.param({"outlets": ["Morning Ledger"], "own_words_only": True}, 90, 1, id="an outlet"),
        pytest.param({"outlets": ["Evening Ledger"]}, 90, 0, id="another outlet"),
        pytest.param({}, 7, 0, id="too long ago"),
    ],
)
def test_a_preview_looks_back_and_saves_nothing(
    desk: httpx.Client, read: Read, wish: dict[str, object], days: int, count: int
) -> None:
    seen = desk.post("/api/v1/subscriptions/preview", params={"days": days}, json=wish).json()
    assert (seen["days"], seen["count"], len(seen["shifts"])) == (days, count, count)
    with read() as session:
        assert session.get(Subscription, 2) is None


def test_the_decision_comes_with_its_reason(desk: httpx.Client, bot: int) -> None:
    told = desk.get("/api/v1/why", params={"subscription": 1, "shift": 1}).json()
    assert (told["told"], told["reason_then"], told["deliveries"][0]["state"]) == (True, "matched", "delivered")
    desk.patch(f"/api/v1/subscriptions/{bot}", json={"kinds": ["reversal"]})
    missed = desk.get("/api/v1/why", params={"subscription": bot, "shift": 1}).json()
    assert (missed["told"], missed["asked_for"], missed["reason_now"]) == (False, False, "other_kind")
    for asked in ({"subscription": 99, "shift": 1}, {"subscription": 1, "shift": 99}):
        assert desk.get("/api/v1/why", params=asked).status_code == 404


def test_why_asks_of_a_shift_or_of_a_pressure(desk: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        last = tx.session.get_one(Statement, 2)
        span: dict[str, Any] = {"since": last.published_at, "until": last.published_at, "noticed_at": last.published_at}
        topic: dict[str, Any] = {"figure_id": "ana-ruiz", "issue_id": "tram", "statement_id": 2}
        tx.session.add(Pressure(toward=Stance.NONE, sources=3, **topic, **span))
    why = desk.get("/api/v1/why", params={"subscription": 1, "pressure": 1}).json()
    assert (why["told"], why["reason_now"], why["shift"]) == (False, "no_early_warnings_wished", None)
    assert (why["pressure"]["id"], why["pressure"]["sources"]) == (1, 3)
    assert desk.get("/api/v1/why", params={"subscription": 1, "pressure": 99}).status_code == 404
    for both in ({}, {"shift": 1, "pressure": 1}):
        assert desk.get("/api/v1/why", params={"subscription": 1, **both}).status_code == 422


def test_a_timeline_explains_itself(desk: httpx.Client) -> None:
    told = desk.get("/api/v1/explain", params={"figure": "ana-ruiz", "issue": "tram"}).json()
    assert [step["stance"] for step in told["steps"]] == ["mixed", "against"]
    late = {"figure": "ana-ruiz", "issue": "tram", "since": "2031-03-03T00:00:00Z"}
    assert [step["stance"] for step in desk.get("/api/v1/explain", params=late).json()["steps"]] == ["against"]
    assert desk.get("/api/v1/explain", params={"figure": "nobody", "issue": "tram"}).status_code == 404


def test_a_test_goes_to_alert_and_its_outcome_is_listed(
    desk: httpx.Client, bot: int, begin: Begin, published: list[Event]
) -> None:
    asked = desk.post(f"/api/v1/subscriptions/{bot}/tests")
    assert (asked.status_code, published[-1]) == (202, RehearsalAsked(rehearsal_id=1))
    with begin() as tx:
        tx.session.get_one(Rehearsal, 1).outcome = "accepted"
    listed = desk.get(f"/api/v1/subscriptions/{bot}/tests").json()["items"]
    assert [(one["channel"], one["outcome"]) for one in listed] == [("webhook", "accepted")]
    assert desk.post("/api/v1/subscriptions/1/tests").status_code == 422  # its address has not agreed


def test_a_secret_is_changed_with_a_day_to_change_over(desk: httpx.Client, bot: int, read: Read) -> None:
    before = row(read, bot).webhook_secret
    new = desk.post(f"/api/v1/subscriptions/{bot}/secret").json()
    after = row(read, bot)
    assert (after.webhook_secret, after.previous_secret) == (new["webhook_secret"], before)
    assert after.previous_secret_until == LATER + TWO_SIGNATURES
    assert desk.post("/api/v1/subscriptions/1/secret").status_code == 422


def test_a_webhook_that_was_switched_off_is_woken(desk: httpx.Client, bot: int, begin: Begin) -> None:
    assert desk.post(f"/api/v1/subscriptions/{bot}/wake").status_code == 409
    with begin() as tx:
        tx.session.add(Endpoint(subscription_id=bot, address=BOT["webhook"], disabled_at=LATER, reason="gone (410)"))
    assert desk.get(f"/api/v1/subscriptions/{bot}").json()["ways"][0]["closed"] == "gone (410)"
    assert desk.post(f"/api/v1/subscriptions/{bot}/wake").json()["ways"][0]["closed"] is None


def test_a_delivery_is_sent_again(desk: httpx.Client, begin: Begin, published: list[Event]) -> None:
    assert desk.post("/api/v1/deliveries/1/retry").json()["state"] == "retry"
    assert published == [DeliveryDue(delivery_id=1)]
    with begin() as tx:
        tx.session.get_one(Delivery, 1).state = DeliveryState.SENDING
    assert desk.post("/api/v1/deliveries/1/retry").status_code == 409
    assert desk.post("/api/v1/deliveries/9/retry").status_code == 404
    assert desk.get("/api/v1/deliveries/1/attempts").json() == {"items": [], "next": None}


def test_what_was_missed_is_replayed(desk: httpx.Client, begin: Begin, published: list[Event]) -> None:
    with begin() as tx:
        tx.session.get_one(Delivery, 1).state = DeliveryState.DEAD
    none = desk.post("/api/v1/deliveries/replay", json={"since": "2031-03-20T00:00:00Z"})
    assert none.json()["deliveries"] == []
    some = desk.post("/api/v1/deliveries/replay", json={"since": "2031-03-01T00:00:00Z", "subscription_id": 1})
    assert (some.json()["deliveries"], published[-1]) == ([1], DeliveryDue(delivery_id=1))


def test_tokens_are_for_who_administers_them(desk: httpx.Client, edges: Edges, begin: Begin) -> None:
    assert desk.get("/api/v1/tokens").status_code == 403
    with holding(edges, token_of(begin, Scope.ADMIN)) as admin:
        made = admin.post("/api/v1/tokens", json={"name": "new desk", "scope": "write"})
        token = made.json()["token"]
        assert token not in admin.get("/api/v1/tokens").text
        assert admin.post("/api/v1/tokens", json={"name": "new desk"}).status_code == 409
        new = {"Authorization": f"Bearer {token}"}
        assert admin.delete("/api/v1/figures/ana-ruiz", headers=new).status_code == 204
        assert admin.delete(made.headers["location"]).status_code == 204
        assert admin.get("/api/v1/shifts", headers=new).status_code == 401

"""The desk in a browser without scripts: what its forms show, and that only forms of our own change anything."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from services.api.deps import Edges
from shared.events import DeliveryDue, Event, RehearsalAsked
from shared.tables import Subscription
from shared.transaction import Begin, Read
from shared.vocabulary import Origin, Scope
from tests.api.builders import DAY_ONE, add_storyline
from tests.api.desks import holding, token_of

LATER = DAY_ONE + timedelta(days=30)
FORM = {
    "name": "Tram watch", "figures": ["ana-ruiz"], "issues": ["tram"], "kinds": ["commitment"], "outlets": "",
    "minimum_confidence": "0.8", "frequency": "now", "hour": "8", "timezone": "Europe/Madrid", "quiet_from": "22",
    "quiet_until": "7", "most_per_hour": "60", "email": "", "webhook": "https://hooks.example/a", "chat": "",
}  # fmt: skip
NEW = "/desk/subscriptions/new"


@pytest.fixture
def desk(edges: Edges, begin: Begin) -> Iterator[httpx.Client]:
    """Somebody who logged in with a token of scope write."""
    with begin() as tx:
        add_storyline(tx.session)
    token = token_of(begin, Scope.WRITE)
    with holding(replace(edges, now=lambda: LATER), None) as client:
        client.post("/login", data={"token": token})
        yield client


def seal(desk: httpx.Client) -> str:
    found = re.search(r'name="seal" value="(\w+)"', desk.get(NEW).text)
    assert found
    return found[1]


def send(desk: httpx.Client, path: str, form: dict[str, object]) -> httpx.Response:
    return desk.post(path, data={"seal": seal(desk), **form})


def subscription(read: Read, subscription_id: int) -> Subscription | None:
    with read() as session:
        return session.get(Subscription, subscription_id)


def test_a_preview_shows_what_would_have_fired_and_saves_nothing(desk: httpx.Client, read: Read) -> None:
    page = send(desk, NEW, {**FORM, "preview": "yes"})
    assert page.status_code == 200
    assert re.search(r"It would have fired <strong>1 time</strong> in the last 90 days", page.text)
    assert "Ana Ruiz" in page.text
    assert 'value="ana-ruiz" checked' in page.text
    assert subscription(read, 2) is None


def test_saving_shows_the_secret_once_and_the_page_of_it(desk: httpx.Client, read: Read) -> None:
    saved = send(desk, NEW, {**FORM, "save": "yes"})
    row = subscription(read, 2)
    assert row is not None
    assert row.webhook_secret is not None
    assert (row.origin, row.figures, row.quiet_from, row.quiet_until) == (Origin.HAND, ["ana-ruiz"], 22, 7)
    assert row.webhook_secret in saved.text
    shown = desk.get("/desk/subscriptions/2").text
    assert row.webhook_secret not in shown
    assert "Ana Ruiz" in shown
    assert "quiet from 22:00 to 7:00" in shown


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(desk: httpx.Client) -> None:
    wrong = {"timezone": "Mars", "email": "nobody", "webhook": "", "outlets": "The <b>Ledger</b>"}
    page = send(desk, NEW, {**FORM, **wrong, "save": "yes"})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    for field, said in (("timezone", "must be a time zone such as"), ("email", "must be one e-mail address")):
        assert re.search(rf'id="{field}-wrong">{said}', page.text)
        assert f'aria-describedby="{field}-wrong"' in page.text
    assert "The &lt;b&gt;Ledger&lt;/b&gt;" in page.text


def test_a_name_that_is_taken_is_said_at_the_name(desk: httpx.Client) -> None:
    page = send(desk, NEW, {**FORM, "name": "desk", "save": "yes"})
    assert (page.status_code, 'id="name-wrong"' in page.text) == (422, True)


def test_a_change_keeps_what_the_form_does_not_show(desk: httpx.Client, read: Read, begin: Begin) -> None:
    send(desk, NEW, {**FORM, "chat": "slack://token/room", "save": "yes"})
    with begin() as tx:
        tx.session.get_one(Subscription, 2).paused_until = LATER + timedelta(days=3)
    form = desk.get("/desk/subscriptions/2/change").text
    assert "slack://token" not in form
    changed = send(desk, "/desk/subscriptions/2/change", {**FORM, "name": "Trams", "save": "yes"})
    assert (changed.status_code, changed.headers["location"]) == (303, "/desk/subscriptions/2")
    row = subscription(read, 2)
    assert row is not None
    assert (row.name, row.chat, row.paused_until) == ("Trams", "slack://token/room", LATER + timedelta(days=3))


def test_buttons_pause_test_send_again_and_end(desk: httpx.Client, read: Read, published: list[Event]) -> None:
    send(desk, NEW, {**FORM, "save": "yes"})
    for path, form in (("pause", {"days": "7"}), ("test", {}), ("end", {})):
        assert send(desk, f"/desk/subscriptions/2/{path}", form).status_code == 303
    assert send(desk, "/desk/subscriptions/1/deliveries/1/retry", {}).status_code == 303
    row = subscription(read, 2)
    assert row is not None
    assert (row.paused_until, row.retired_at) == (LATER + timedelta(days=7), LATER)
    assert published == [RehearsalAsked(rehearsal_id=1), DeliveryDue(delivery_id=1)]
    assert "Ended on" in desk.get("/desk/subscriptions/2").text
    assert send(desk, "/desk/subscriptions/2/change", FORM).status_code == 404


@pytest.mark.parametrize("path", [NEW, "/desk/subscriptions/1/end", "/desk/subscriptions/1/change"])
def test_a_form_that_is_not_ours_changes_nothing(desk: httpx.Client, read: Read, path: str) -> None:
    before = subscription(read, 1)
    for given in ({}, {"seal": ""}, {"seal": "0" * 64}):
        assert desk.post(path, data={**FORM, **given, "save": "yes"}).status_code == 403
    assert (subscription(read, 1), subscription(read, 2)) == (before, None)


def test_nobody_gets_in_without_a_session_that_may_write(desk: httpx.Client, edges: Edges, begin: Begin) -> None:
    mine = seal(desk)
    desk.cookies.clear()
    assert desk.get("/desk/subscriptions").headers["location"] == "/login?to=/desk/subscriptions"
    assert desk.post(NEW, data={"seal": mine, **FORM}).status_code == 401
    bearer = {"Authorization": f"Bearer {token_of(begin, Scope.WRITE, 'program')}"}
    assert desk.get("/desk/subscriptions", headers=bearer).status_code == 303
    desk.post("/login", data={"token": token_of(begin, Scope.READ)})
    assert desk.get("/desk/subscriptions").status_code == 403


def test_no_page_of_the_desk_is_kept_or_runs_anything(desk: httpx.Client) -> None:
    for path in ("/desk/subscriptions", NEW, "/desk/subscriptions/1", "/desk/subscriptions/1/change"):
        page = desk.get(path)
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert all(page.text.count(f'id="{name}"') == 1 for name in re.findall(r'<label for="(\w+)"', page.text))


def test_early_warnings_are_ticked_and_shown(desk: httpx.Client, read: Read) -> None:
    made = send(desk, NEW, {**FORM, "signals": ["pressure"], "save": "yes"})
    assert made.status_code in (200, 303)
    row = subscription(read, 2)
    assert row is not None
    assert row.signals == ["pressure"]
    assert "early warnings of pressure" in desk.get("/desk/subscriptions/2").text
    assert 'name="signals" value="pressure" checked' in desk.get("/desk/subscriptions/2/change").text

"""Everybody is held to a quota: told how much is left, refused with when to come again, never shut out for longer."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from services.api.app import create_app
from services.api.counters import MemoryCounter, SharedCounter, counter_at
from services.api.deps import Edges
from services.api.limits import client_of
from services.api.quotas import Counter, Over, Quota, Within, ask_leave, judge
from services.api.tokens import create_token
from shared.transaction import Begin
from shared.vocabulary import Scope
from stancewatch.supervisor import Place, embedded_broker, start, stop, wait_for_broker
from tests.api.builders import DAY_ONE
from tests.api.conftest import open_gate
from tests.api.serving import served

TEN = Quota("client", 10)


@pytest.fixture(scope="module")
def socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real Valkey of these tests alone."""
    folder = tmp_path_factory.mktemp("broker")
    with (folder / "lock").open("a") as lock:
        place = Place(environment={}, logs=folder, lock=lock.fileno())
        running = start(embedded_broker(folder / "s", folder=folder), place)
        wait_for_broker(folder / "s", running)
        yield folder / "s"
        stop([running])


@pytest.fixture(params=["memory", "redis", "redis away"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Counter:
    match request.param:
        case "memory":
            return MemoryCounter()
        case "redis":
            path = request.getfixturevalue("socket")
            Redis(unix_socket_path=str(path)).flushall()
            return counter_at(f"redis+socket://{path}")
        case _:
            return counter_at(f"redis+socket://{tmp_path}/nobody")


def test_ten_may_pass_and_the_eleventh_after_its_wait(counter: Counter) -> None:
    passed = [ask_leave(counter, TEN, "a", at=600.0 + second) for second in range(10)]
    assert [verdict.left for verdict in passed if isinstance(verdict, Within)] == list(range(9, -1, -1))
    refused = ask_leave(counter, TEN, "a", at=610.0)
    assert isinstance(refused, Over)
    for _ in range(50):
        assert isinstance(ask_leave(counter, TEN, "a", at=610.0), Over)
    assert isinstance(ask_leave(counter, TEN, "a", at=610.0 + refused.retry_after), Within)
    assert isinstance(ask_leave(counter, TEN, "b", at=610.0), Within)


@pytest.mark.parametrize(
    ("before", "count", "elapsed", "verdict"),
    [
        pytest.param(0, 1, 0, Within(TEN, 9, 60), id="the first"),
        pytest.param(10, 1, 0, Over(TEN, 6), id="right after a full minute"),
        pytest.param(10, 5, 30, Within(TEN, 0, 30), id="half a minute after a full one"),
        pytest.param(10, 6, 30, Over(TEN, 6), id="one more than that"),
        pytest.param(0, 11, 59, Over(TEN, 7), id="full before its end"),
    ],
)
def test_the_window_before_fades_out(before: int, count: int, elapsed: float, verdict: object) -> None:
    assert judge(TEN, before=before, count=count, elapsed=elapsed) == verdict


def test_no_wait_is_longer_than_two_windows() -> None:
    for before in range(0, 11):
        for count in range(1, 12):
            for elapsed in range(60):
                verdict = judge(TEN, before=before, count=count, elapsed=elapsed)
                assert isinstance(verdict, Within) or 1 <= verdict.retry_after <= 120


def test_all_processes_count_together(socket: Path) -> None:
    one, other = counter_at(f"redis+socket://{socket}"), counter_at(f"redis+socket://{socket}")
    assert isinstance(one, SharedCounter)
    assert [one.add("x", 5, seconds=60), other.add("x", 5, seconds=60)] == [(0, 1), (0, 2)]
    assert 0 < int(Redis(unix_socket_path=str(socket)).ttl("stancewatch:asked:x:5")) <= 120  # type: ignore[arg-type]


def test_a_client_is_told_and_then_refused(edges: Edges) -> None:
    with served(create_app(replace(edges, gate=open_gate(most=3)))) as client:
        answers = [client.get("/api/v1/shifts") for _ in range(4)]
        page = client.get("/")
        health = client.get("/healthz")
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"] for answer in answers[:2]] == ['"client";r=2;t=60', '"client";r=1;t=60']
    refused = answers[3]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["ratelimit-policy"] == '"client";q=3;w=60'
    assert int(refused.headers["retry-after"]) > 60
    assert "default-src 'none'" in refused.headers["content-security-policy"]
    assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert (health.status_code, "ratelimit" in health.headers) == (200, False)


def test_a_token_has_a_quota_of_its_own(edges: Edges, begin: Begin) -> None:
    with begin() as tx:
        new = create_token(tx.session, "desk", Scope.READ, expires_at=None, now=DAY_ONE)
    gate = open_gate(most=5)
    gate = replace(gate, quotas=replace(gate.quotas, token=Quota("token", 2)))
    with served(create_app(replace(edges, gate=gate))) as client:
        shown = {"Authorization": f"Bearer {new.token}"}
        answers = [client.get("/api/v1/shifts", headers=shown) for _ in range(3)]
        without = client.get("/api/v1/shifts")
    assert [(answer.status_code, answer.headers["ratelimit"][:7]) for answer in answers] == [
        (200, '"token"'),
        (200, '"token"'),
        (429, '"token"'),
    ]
    assert without.status_code == 200


def test_tokens_cannot_be_tried_for_long(edges: Edges) -> None:
    with served(create_app(replace(edges, gate=open_gate(logins=3)))) as client:
        statuses = [client.post("/login", data={"token": f"swt_{n}"}).status_code for n in range(5)]
        assert client.get("/login").status_code == 200
    assert statuses == [401, 401, 401, 429, 429]


@pytest.mark.parametrize(
    ("client", "who"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3::4", 1), "20010db800010002"),
        (("2001:db8:1:2:ffff::1%eth0", 1), "20010db800010002"),
        (None, "unknown"),
    ],
)
def test_a_client_is_its_address_or_its_network(client: object, who: str) -> None:
    assert client_of({"type": "http", "client": client}) == who

"""A resolver that hangs costs the name that was asked for, and no other."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from shared.addresses import read_networks
from shared.egress import Door, Rules
from shared.resolving import MOST_AT_ONCE, Resolver
from shared.web import Answered, Limits, Request, TimedOut, Unreachable
from tests.shared.origin import answer, serve_raw

LOOPBACK = Rules(networks=read_networks(["127.0.0.0/8"]))


class Stuck:
    """A resolver that never answers for some names."""

    def __init__(self) -> None:
        self.let_go = Event()
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host.startswith("stuck"):
            self.let_go.wait(20)
        if host.startswith("nobody"):
            raise socket.gaierror("no such name")
        return ["127.0.0.1"]


def test_a_name_that_hangs_meets_the_deadline_and_holds_nobody_up() -> None:
    stuck = Stuck()
    door = Door(LOOPBACK, resolve=stuck)
    with serve_raw() as origin, ThreadPoolExecutor(8) as pool:
        origin.answers["/"] = answer(b"here")
        began = time.monotonic()
        limits = Limits(connect_seconds=0.5, total_seconds=1)
        hanging = [pool.submit(door.send, Request(f"http://stuck{n}.example/"), limits) for n in range(4)]
        assert isinstance(door.send(Request(origin.url("/", host="a.example")), Limits()), Answered)
        assert time.monotonic() - began < 0.5
        outcomes = [each.result() for each in hanging]
        assert all(isinstance(outcome, TimedOut) and "not resolved" in outcome.reason for outcome in outcomes)
        assert time.monotonic() - began < 2
    stuck.let_go.set()


def test_whoever_asks_for_a_name_that_hangs_shares_the_look_up() -> None:
    stuck = Stuck()
    resolver = Resolver(stuck)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            resolver.addresses("stuck.example", 80, seconds=0.01)
    assert stuck.asked == ["stuck.example"]
    stuck.let_go.set()
    time.sleep(0.1)
    assert resolver.addresses("stuck.example", 80, seconds=1) == ["127.0.0.1"]
    assert len(stuck.asked) == 2


def test_so_many_may_hang_and_no_more() -> None:
    stuck = Stuck()
    resolver = Resolver(stuck)
    for number in range(MOST_AT_ONCE):
        with pytest.raises(TimeoutError):
            resolver.addresses(f"stuck{number}.example", 80, seconds=0)
    with pytest.raises(OSError, match="too many"):
        resolver.addresses("a.example", 80, seconds=1)
    assert list(resolver.addresses("127.0.0.1", 80, seconds=1)) == ["127.0.0.1"]
    stuck.let_go.set()


@pytest.mark.parametrize(
    "answers",
    [pytest.param([], id="no address"), pytest.param(["127.0.0.1"] * 5_000, id="five thousand addresses")],
)
def test_odd_answers_of_a_resolver_are_survived(answers: list[str]) -> None:
    door = Door(LOOPBACK, resolve=lambda host, port: answers)
    outcome = door.send(Request("http://odd.example:9/"), Limits(total_seconds=1))
    assert isinstance(outcome, Unreachable | TimedOut)


def test_a_name_that_is_not_known_now_may_be_known_later() -> None:
    names = {"flip.example": [OSError("SERVFAIL")]}

    def resolve(host: str, port: int) -> list[str]:
        if names[host]:
            raise names[host].pop()
        return ["127.0.0.1"]

    with serve_raw() as origin:
        origin.answers["/"] = answer(b"here")
        door = Door(LOOPBACK, resolve=resolve)
        url = origin.url("/", host="flip.example")
        assert isinstance(door.send(Request(url), Limits()), Unreachable)
        assert isinstance(door.send(Request(url), Limits()), Answered)

"""The door out keeps its promises against a real server that does not keep its own."""

import ast
import gzip
import socket
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest

from shared.addresses import is_public, read_address, read_networks
from shared.egress import Door, Rules
from shared.web import Answered, Limits, Refused, Request, TimedOut, TooLarge, Unreachable
from tests.shared.origin import Origin, answer, serve_raw

LOOPBACK = Rules(networks=read_networks(["127.0.0.0/8"]))
QUICK = Limits(connect_seconds=2, read_seconds=2, total_seconds=2, body_bytes=100_000)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with serve_raw() as origin:
        yield origin


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door(LOOPBACK)
    yield door
    door.close()


def test_an_answer_comes_back_whole(origin: Origin, door: Door) -> None:
    origin.answers["/a"] = answer(b"hello", 'ETag: "x"')
    outcome = door.send(Request(origin.url("/a"), headers=(("user-agent", "probe"),)), QUICK)
    assert isinstance(outcome, Answered)
    assert (outcome.status, outcome.body, outcome.header("etag")) == (200, b"hello", '"x"')
    assert b"user-agent: probe" in origin.requests[0].lower()
    assert b"accept-encoding: gzip\r\n" in origin.requests[0].lower()


def test_a_post_carries_its_body_and_follows_no_redirect(origin: Origin, door: Door) -> None:
    origin.answers["/hook"] = answer(b"", "Location: /a", status="302 Found")
    outcome = door.send(Request(origin.url("/hook"), method="POST", body=b"{}"), QUICK)
    assert isinstance(outcome, Answered)
    assert outcome.status == 302
    assert len(origin.requests) == 1


def test_redirects_are_followed_and_told(origin: Origin, door: Door) -> None:
    origin.answers |= {
        "/old": answer(b"", "Location: new#part", status="301 Moved Permanently"),
        "/new": answer(b"here"),
    }
    outcome = door.send(Request(origin.url("/old")), QUICK)
    assert isinstance(outcome, Answered)
    assert (outcome.url, outcome.body) == (origin.url("/new"), b"here")
    assert [hop.status for hop in outcome.redirects] == [301]


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("http://10.0.0.1/", id="a private address"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("http://user:pw@127.0.0.1/", id="a user name"),
        pytest.param("/loop", id="itself for ever"),
        pytest.param("http://127.0.0.1\\@example.com/", id="a backslash"),
    ],
)
def test_a_redirect_is_checked_like_a_first_request(origin: Origin, door: Door, location: str) -> None:
    origin.answers["/loop"] = answer(b"", f"Location: {location}", status="302 Found")
    assert isinstance(door.send(Request(origin.url("/loop")), QUICK), Refused)
    assert len(origin.requests) <= QUICK.redirects + 1


def test_a_redirect_without_a_target_is_an_answer(origin: Origin, door: Door) -> None:
    origin.answers["/a"] = answer(b"", status="302 Found")
    outcome = door.send(Request(origin.url("/a")), QUICK)
    assert isinstance(outcome, Answered)
    assert outcome.status == 302


def test_secrets_do_not_travel_to_another_host(origin: Origin, door: Door) -> None:
    origin.answers |= {
        "/a": answer(b"", f"Location: {origin.url('/b', host='127.0.0.2')}", status="302 Found"),
    }
    with socket.create_server(("127.0.0.2", origin.port)) as other:
        other.settimeout(2)
        door.send(Request(origin.url("/a"), headers=(("authorization", "Bearer s"),)), Limits(read_seconds=0.2))
        connection, _ = other.accept()
        assert b"authorization" not in connection.recv(65536).lower()
        connection.close()


BOMB = gzip.compress(b"\0" * 50_000_000)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(answer(b"x" * 200_000), TooLarge, id="a body over the limit"),
        pytest.param(answer(BOMB, "Content-Encoding: gzip"), TooLarge, id="a gzip bomb"),
        pytest.param(answer(b"x", "Content-Encoding: br"), Unreachable, id="brotli was not asked for"),
        pytest.param(answer(BOMB, "Content-Encoding: gzip, gzip"), Unreachable, id="gzip twice"),
        pytest.param(answer(gzip.compress(b"x" * 999)[:-9], "Content-Encoding: gzip"), Unreachable, id="cut gzip"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort", Unreachable, id="less than announced"),
        pytest.param(answer(b"", "X-Big: " + "x" * 1_000_000), Unreachable, id="a header of a megabyte"),
        pytest.param(answer(b"", *repeat("a: b", 10_000)), Unreachable, id="ten thousand headers"),
        pytest.param(b"SSH-2.0-OpenSSH_9.0\r\n", Unreachable, id="not http"),
        pytest.param(b"", Unreachable, id="closed without a word"),
    ],
)
def test_a_bad_answer_becomes_an_outcome(origin: Origin, door: Door, raw: bytes, expected: type) -> None:
    origin.answers["/"] = raw
    assert isinstance(door.send(Request(origin.url("/")), QUICK), expected)


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        pytest.param(answer(gzip.compress(b"feed"), "Content-Encoding: gzip"), b"feed", id="gzip"),
        pytest.param(answer(b"plain", "Content-Encoding: gzip"), b"plain", id="only claims to be gzip"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + b"x" * 500_000, b"xxxxx", id="more than announced"
        ),
    ],
)
def test_a_usable_body_is_decoded(origin: Origin, door: Door, raw: bytes, body: bytes) -> None:
    origin.answers["/"] = raw
    outcome = door.send(Request(origin.url("/")), QUICK)
    assert isinstance(outcome, Answered)
    assert outcome.body == body


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["header", "body"])
def test_a_dripping_server_meets_the_total_deadline(origin: Origin, door: Door, start: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    origin.answers["/"] = drip
    began = time.monotonic()
    outcome = door.send(Request(origin.url("/")), Limits(total_seconds=0.5))
    assert isinstance(outcome, TimedOut)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "example.com/feed",
        "http://",
        "http://user:pw@example.com/",
        "http://169.254.169.254:80\\@example.com/",
        "http://exa%6dple.com/",
        "http://exam ple.com/",
        "http://example.com/\r\nX: y",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://[::1/",
        "",
    ],
)
def test_an_address_we_may_not_ask_for_is_refused_unresolved(url: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host}:{port} was looked up")

    assert isinstance(Door(Rules(), resolve=resolve).send(Request(url), QUICK), Refused)


@pytest.mark.parametrize(
    "host",
    [
        *("127.1", "2130706433", "0x7f.1", "0", "127.0.0.1", "localhost", "10.1.2.3", "172.16.9.9", "192.168.0.1"),
        *(
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "169.254.169.254",
            "100.100.100.200",
            "224.0.0.1",
            "255.255.255.255",
        ),
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fec0::1]"),
        *("[3fff::1]", "[5f00::1]", "[fd00:ec2::254]", "[fe80::1]", "[2001::1]", "[2001:db8::1]", "[ff02::1]"),
        "127\u30020.0.1",
    ],
)
def test_a_closed_address_is_refused_however_it_is_written(host: str) -> None:
    outcome = Door(Rules()).send(Request(f"http://{host}/"), QUICK)
    assert isinstance(outcome, Refused)
    assert "STANCEWATCH_ALLOWED_NETWORKS" in outcome.reason


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"])
def test_a_public_address_is_open(address: str) -> None:
    assert is_public(read_address(address))


def test_a_name_with_one_closed_address_is_refused() -> None:
    door = Door(Rules(), resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"])
    assert isinstance(door.send(Request("http://mixed.example/"), QUICK), Refused)


def test_a_closed_port_names_its_setting() -> None:
    door = Door(Rules(), resolve=lambda host, port: ["93.184.216.34"])
    outcome = door.send(Request("http://db.example:6379/"), QUICK)
    assert isinstance(outcome, Refused)
    assert "STANCEWATCH_ALLOWED_PORTS" in outcome.reason


def test_a_rebinding_name_is_resolved_once_for_each_connection(origin: Origin) -> None:
    """The address that was checked is the one connected to: a second look-up, which would lie, never happens."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    origin.answers["/"] = answer(b"once")
    door = Door(LOOPBACK, resolve=resolve)
    assert isinstance(door.send(Request(origin.url("/", host="rebind.example")), QUICK), Answered)
    assert asked == ["rebind.example"]
    assert f"host: rebind.example:{origin.port}".encode() in origin.requests[0].lower()


def test_a_name_nobody_knows_is_unreachable() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert isinstance(Door(Rules(), resolve=resolve).send(Request("http://nobody.example/"), QUICK), Unreachable)


def test_no_cookie_is_kept(origin: Origin, door: Door) -> None:
    origin.answers["/"] = answer(b"", "Set-Cookie: id=1")
    for _ in range(2):
        door.send(Request(origin.url("/")), QUICK)
    assert b"cookie" not in origin.requests[1].lower()


SOCKETS = frozenset({"socket", "httpcore", "requests", "urllib.request", "http.client", "aiohttp"})
THE_DOOR = frozenset({"shared/egress.py", "shared/connections.py", "shared/resolving.py"})


def test_nothing_but_the_door_opens_connections_for_strangers() -> None:
    project = Path(__file__).parents[2]
    modules = [path for folder in ("shared", "services") for path in (project / folder).rglob("*.py")]
    found = {str(path.relative_to(project)) for path in modules if SOCKETS & _imports(path)}
    assert found <= THE_DOOR


def _imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

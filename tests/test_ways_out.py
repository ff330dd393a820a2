"""Every way on which a request leaves for a place that a stranger named: none of them ever reaches a closed network."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import cycle

import pytest
from sqlalchemy import Engine

from services.alert.channels.webhook import webhook_channel
from services.extract import chat_client
from services.extract.chat_client import Access
from services.extract.chat_question import Question
from services.ingest import fetcher, hubs
from services.ingest.answers import FeedAsked, PageAsked, Receipt
from services.ingest.feed_parser import parse_feed
from services.ingest.fetcher import Manners
from services.ingest.hubs import HubTask
from services.ingest.politeness import HostPolicy
from services.ingest.robots import RobotsBook
from services.ingest.sitemap_parser import parse_sitemap
from services.ingest.visits import Visits
from shared.clock import utc_now
from shared.egress import Door, Rules
from shared.leases import Lease
from shared.transaction import transactions
from shared.vocabulary import HubWish
from shared.web import Limits, Outcome, Refused, Request, Send
from tests.alert.builders import a_parcel
from tests.shared.origin import answer

NOW = datetime(2016, 1, 12, tzinfo=UTC)
QUICK = Limits(connect_seconds=2, read_seconds=2, total_seconds=3)
MANNERS = Manners("probe", QUICK)
Way = Callable[[Send, str], object]


def feed(send: Send, url: str) -> object:
    return fetcher.fetch_feed(FeedAsked(1, url, Receipt()), send=send, parse=parse_feed, manners=MANNERS, now=NOW)


def page(send: Send, url: str) -> object:
    return fetcher.fetch_page(PageAsked(url), send=send, manners=MANNERS)


def robots(send: Send, url: str) -> object:
    return RobotsBook(send=send, manners=MANNERS).permission(url)


def sitemap(send: Send, url: str) -> object:
    return fetcher.fetch_sitemap(url, send=send, parse=lambda body, _: parse_sitemap(body), manners=MANNERS)


def sitemaps_of_robots(send: Send, url: str) -> object:
    return RobotsBook(send=send, manners=MANNERS).sitemaps(url)


def hub(send: Send, url: str) -> object:
    lease = Lease("token", NOW + timedelta(minutes=1))
    task = HubTask(1, url, "http://outlet.example/feed", HubWish.SUBSCRIBE, "token", "secret", 0, lease)
    return hubs.ask(task, callback="http://us.example/websub/token", send=send, manners=MANNERS)


def webhook(send: Send, url: str) -> object:
    return webhook_channel(send, user_agent="probe")(a_parcel(address=url))


def chat(send: Send, url: str) -> object:
    return chat_client.ask(Question("key", b"{}"), Access(url, "secret", QUICK.total_seconds, "probe"), send)


WAYS: tuple[Way, ...] = (feed, page, robots, sitemap, sitemaps_of_robots, hub, webhook, chat)


class Watched:
    """A door that notes what became of each request."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.outcomes: list[Outcome] = []

    def __call__(self, request: Request, limits: Limits) -> Outcome:
        outcome = self.door.send(request, limits)
        self.outcomes.append(outcome)
        return outcome


@contextmanager
def listener(address: str, port: int, reply: bytes) -> Iterator[list[str]]:
    """Answer every connection to `address` with `reply`; the list holds who came."""
    came: list[str] = []
    with socket.create_server((address, port), backlog=64) as server:

        def serve() -> None:
            while True:
                try:
                    connection, peer = server.accept()
                except OSError:
                    return
                came.append(peer[0])
                with connection:
                    try:
                        connection.settimeout(2)
                        connection.recv(65536)
                        connection.sendall(reply)
                    except OSError:
                        continue

        threading.Thread(target=serve, daemon=True).start()
        yield came


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


# Private, shared, reserved and translated addresses, as smokescreen's, Svix's and Advocate's tests name them.
CLOSED = (
    *(
        "127.0.0.1",
        "127.0.0.2",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "localhost",
    ),
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"),
    *("100.64.0.1", "100.127.255.255", "100.100.100.200", "169.254.169.254", "192.0.0.8", "192.0.2.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *(
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
    ),
    *("[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[fec0::1]", "[fe80::1]", "[fc00::1]"),
    *("[fd00:ec2::254]", "[ff02::1]", "[100::1]", "127。0。0。1"),
)
MISWRITTEN = (
    "http://169.254.169.254:80\\@example.com/",
    "http://user:password@example.com/",
    "http://exa%6dple.com/",
    "http://example.com:0/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://example.com/",
    "//127.0.0.1/",
)


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_to_a_closed_address_however_it_is_written(way: Way) -> None:
    for host in CLOSED:
        send = Watched(Door(Rules()))
        way(send, f"http://{host}/x")
        assert [type(outcome) for outcome in send.outcomes] == [Refused], host


@pytest.mark.parametrize("way", [way for way in WAYS if way not in (robots, sitemaps_of_robots)])
def test_no_way_leads_to_an_address_that_is_written_to_deceive(way: Way) -> None:
    for url in MISWRITTEN:
        send = Watched(Door(Rules(), resolve=lambda host, port: ["93.184.216.34"]))
        way(send, url)
        assert [type(outcome) for outcome in send.outcomes] == [Refused], url


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_to_a_name_with_one_closed_address(way: Way) -> None:
    send = Watched(Door(Rules(), resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"]))
    way(send, "http://mixed.example/x")
    assert [type(outcome) for outcome in send.outcomes] == [Refused]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_no_way_is_led_to_a_closed_address_by_a_redirect(way: Way, status: str) -> None:
    port = free_port()
    led = answer(b"", f"Location: http://trap.example:{port}/x", "Connection: close", status=status)
    names = {"open.example": ["127.0.0.2"], "trap.example": ["127.0.0.1"]}
    rules = Rules(networks=(ip_network("127.0.0.2/32"),))
    with listener("127.0.0.2", port, led) as came, listener("127.0.0.1", port, answer(b"secret")) as trapped:
        way(Watched(Door(rules, resolve=lambda host, _: names[host])), f"http://open.example:{port}/x")
    assert came
    assert trapped == []


def test_a_name_that_rebinds_a_thousand_times_never_reaches_the_closed_address() -> None:
    """Every second look-up leads to a trap; what was checked is what is connected to, so nobody falls into it."""
    port, lock = free_port(), threading.Lock()
    answers = cycle((["127.0.0.2"], ["127.0.0.1"]))
    asked = 0

    def resolve(host: str, _: int) -> list[str]:
        nonlocal asked
        with lock:
            asked += 1
            return next(answers)

    rules = Rules(networks=(ip_network("127.0.0.2/32"),))
    send = Watched(Door(rules, resolve=resolve))
    reply = answer(b"<html>hello", "Content-Type: text/html", "Connection: close")
    open_place, trap = listener("127.0.0.2", port, reply), listener("127.0.0.1", port, answer(b"secret"))
    with open_place as came, trap as trapped, ThreadPoolExecutor(4) as pool:
        urls = [f"http://rebind{n % 50}.example:{port}/x" for n in range(1_000)]
        tries = [pool.submit(WAYS[n % len(WAYS)], send, url) for n, url in enumerate(urls)]
        for each in tries:
            each.result()
    assert trapped == []
    assert len(send.outcomes) == 1_000
    assert asked >= 500
    assert len(came) > 100
    assert sum(isinstance(outcome, Refused) for outcome in send.outcomes) > 100


def test_polite_requests_leave_by_the_same_door(database: Engine) -> None:
    send = Watched(Door(Rules()))
    polite = Visits(send, transactions(database, lambda event: None), HostPolicy(2, timedelta(), 8), utc_now)
    page(polite, "http://127.0.0.1/x")
    assert [type(outcome) for outcome in send.outcomes] == [Refused]

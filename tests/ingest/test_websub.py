"""A feed's hub pushes: found, asked, confirmed, renewed, ended; and nobody else can pretend to be it."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import httpx
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from services.api.app import create_app
from services.api.deps import AT_HOME, Edges
from services.ingest import fetcher
from services.ingest.feed_parser import parse_feed
from services.ingest.fetcher import Manners
from services.ingest.handlers import find_work
from services.ingest.subscribing import HubEdges, ask_hub
from services.ingest.values import Sweep
from shared.egress import Door
from shared.events import Event, HubDue
from shared.tables import Feed, FeedHub, FeedPoll
from shared.transaction import Begin, reads, transactions
from shared.vocabulary import HubWish
from shared.web import Limits
from stancewatch.neighbours import neighbours
from tests.api.conftest import open_gate
from tests.api.serving import served
from tests.ingest.builders import add_feed, item, rss
from tests.ingest.conftest import NOW, POLICY
from tests.ingest.hub import Hub, served_hub
from tests.ingest.polls import poll_feed
from tests.shared.origin import Origin, answer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANNERS = Manners("probe", Limits(total_seconds=5))


class World:
    """A feed at an origin, its hub, our API and our ingest, all real, and a clock that the test moves."""

    def __init__(self, database: Engine, origin: Origin, hub: Hub, door: Door) -> None:
        self.now = NOW
        self.rung: list[Event] = []
        self.begin: Begin = transactions(database, self.rung.append)
        self.database, self.origin, self.hub, self.door = database, origin, hub, door
        self.api = ""

    def edges(self) -> Edges:
        return Edges(
            read=reads(self.database),
            begin=self.begin,
            schema_is_current=lambda: True,
            ping_broker=lambda: None,
            now=lambda: self.now,
            hosts=AT_HOME,
            public_url=self.api,
            vouched=(),
            gate=open_gate(),
            neighbours=neighbours(),
        )

    def show(self, *items: str, hub: bool = True) -> None:
        """Let the origin show entries, and name its hub in a header."""
        link = [f'Link: <{self.hub.url}>; rel="hub", <{self.topic}>; rel=self'] if hub else []
        self.origin.answers["/feed"] = answer(rss(*items), *link)

    @property
    def topic(self) -> str:
        return self.origin.url("/feed")

    def poll(self, feed_id: int = 1) -> None:
        fetch = partial(fetcher.fetch_feed, send=self.door.send, parse=parse_feed, manners=MANNERS, now=self.now)
        poll_feed(feed_id, begin=self.begin, fetch=fetch, policy=POLICY, now=self.now)

    def sweep(self) -> list[Event]:
        """Let the sweep ring, and whoever is rung for work."""
        rung: list[Event] = []
        find_work(begin=self.begin, publish=rung.append, sweep=Sweep(timedelta(0), hubs=True), now=self.now)
        hubs: list[Event] = [event for event in rung if isinstance(event, HubDue)]
        edges = HubEdges(self.door.send, MANNERS, self.api)
        for event in hubs:
            assert isinstance(event, HubDue)
            ask_hub(event.feed_id, begin=self.begin, edges=edges, now=self.now)
        return hubs

    def stored(self) -> FeedHub:
        with Session(self.database) as session:
            return session.exec(select(FeedHub)).one()

    def due_at(self) -> datetime:
        with Session(self.database) as session:
            return session.exec(select(FeedPoll.next_poll_at)).one()


@contextmanager
def _living(database: Engine, origin: Origin, door: Door) -> Iterator[World]:
    with served_hub() as hub:
        world = World(database, origin, hub, door)
        with served(create_app(world.edges())) as client:
            world.api = str(client.base_url).rstrip("/")
            yield world


@pytest.fixture
def world(database: Engine, origin: Origin, door: Door) -> Iterator[World]:
    with _living(database, origin, door) as world:
        yield world


def test_the_whole_course_on_both_databases(any_database: Engine, origin: Origin, door: Door) -> None:
    with _living(any_database, origin, door) as world:
        add_feed(world.begin, world.topic, due_at=NOW)
        world.show(item(1))
        world.poll()
        world.sweep()
        world.now += timedelta(minutes=2)
        world.hub.push(b"news")
        assert (world.due_at(), world.stored().delivered_at) == (world.now, world.now)
        world.poll()
        world.now += 8 * DAY
        world.sweep()
        assert world.stored().expires_at == world.now + 10 * DAY
        with world.begin() as tx:
            tx.session.get_one(Feed, 1).active = False
        world.sweep()
        assert [form["hub.mode"] for form in world.hub.asked] == ["subscribe", "subscribe", "unsubscribe"]
        assert world.stored().expires_at is None


@pytest.fixture
def subscribed(world: World) -> World:
    """A feed whose hub has confirmed, an hour after the first poll."""
    add_feed(world.begin, world.topic, due_at=NOW)
    world.show(item(1))
    world.poll()
    world.sweep()
    world.now += HOUR
    return world


def test_a_hub_is_found_asked_and_confirms(world: World) -> None:
    add_feed(world.begin, world.topic, due_at=NOW)
    world.show(item(1))
    world.poll()
    assert world.sweep() == [HubDue(feed_id=1)]
    (form,) = world.hub.asked
    assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", world.topic)
    assert len(form["hub.secret"]) >= 32
    (confirmed,) = world.hub.verified
    assert (confirmed.status_code, confirmed.text) == (200, "ch<b>allenge")
    assert confirmed.headers["content-type"].startswith("text/plain")
    assert (world.stored().asked_for, world.stored().expires_at) == (None, NOW + 10 * DAY)
    assert world.sweep() == []


def test_secrets_and_callbacks_are_a_feeds_own(world: World) -> None:
    for path in ("/feed", "/other"):
        add_feed(world.begin, world.origin.url(path), due_at=NOW)
        world.origin.answers[path] = answer(rss(item(1)), f"Link: <{world.hub.url}>; rel=hub")
    for feed_id in (1, 2):
        world.poll(feed_id)
    world.sweep()
    for name in ("hub.secret", "hub.callback"):
        assert len({form[name] for form in world.hub.asked}) == 2


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_push_is_a_hint_to_ask_now(subscribed: World, method: str) -> None:
    assert subscribed.due_at() < subscribed.now  # due anyway: let it be asked first
    subscribed.poll()
    subscribed.now += 2 * timedelta(minutes=1)
    assert subscribed.due_at() > subscribed.now
    pushed = subscribed.hub.push(b"<rss>the whole feed</rss>" * 9_000, method=method)
    assert pushed.status_code == 202
    assert subscribed.due_at() == subscribed.now


def test_pushes_hurry_a_feed_once_a_minute_and_none_is_lost(subscribed: World) -> None:
    subscribed.poll()
    polled_at = subscribed.now
    for seconds in (1, 5, 20):
        subscribed.now = polled_at + timedelta(seconds=seconds)
        subscribed.hub.push(b"news")
    assert subscribed.due_at() == polled_at + timedelta(seconds=61)


def test_a_push_while_the_feed_is_asked_brings_one_more_poll(subscribed: World) -> None:
    reply = answer(rss(item(1), item(2)))

    def push_meanwhile(connection: object) -> None:
        subscribed.now += timedelta(seconds=3)
        subscribed.hub.push(b"news")
        subscribed.now -= timedelta(seconds=3)
        connection.sendall(reply)  # type: ignore[attr-defined]

    subscribed.origin.answers["/feed"] = push_meanwhile
    subscribed.poll()
    assert subscribed.due_at() == subscribed.now + timedelta(seconds=60)


def test_a_feed_that_fails_keeps_its_pause(subscribed: World) -> None:
    subscribed.origin.answers["/feed"] = answer(status="503 Busy")
    subscribed.poll()
    pause = subscribed.due_at()
    subscribed.now += timedelta(minutes=2)
    subscribed.hub.push(b"news")
    assert subscribed.due_at() == pause


@pytest.mark.parametrize(
    "push",
    [
        pytest.param(lambda hub: hub.push(b"x", secret="0" * 64), id="another secret"),
        pytest.param(lambda hub: hub.push(b"x", method=""), id="no signature"),
        pytest.param(lambda hub: hub.push(b"x", method="md5"), id="a digest nobody agreed on"),
        pytest.param(
            lambda hub: httpx.post(
                hub.asked[-1]["hub.callback"], content=b"x", headers=[(b"X-Hub-Signature", "sha256=é".encode())]
            ),
            id="no hexadecimal digits",
        ),
    ],
)
def test_a_forged_push_is_thanked_for_and_ignored(subscribed: World, push: Callable[[Hub], httpx.Response]) -> None:
    subscribed.poll()
    subscribed.now += timedelta(minutes=2)
    before = subscribed.due_at()
    assert push(subscribed.hub).status_code == 202
    assert (subscribed.due_at(), subscribed.stored().delivered_at) == (before, None)


def test_a_push_over_the_cap_is_refused(subscribed: World) -> None:
    assert subscribed.hub.push(b"x" * (10 * 1024 * 1024 + 1)).status_code == 413


def test_a_push_to_an_address_nobody_gave_is_refused(subscribed: World) -> None:
    subscribed.hub.asked[-1]["hub.callback"] = f"{subscribed.api}/websub/{'a' * 43}"
    assert subscribed.hub.push(b"x").status_code == 410


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"topic": "http://other.example/feed"}, id="another topic"),
        pytest.param({"mode": "unsubscribe"}, id="an end that nobody asked for"),
        pytest.param({"mode": "subscribe "}, id="another mode"),
    ],
)
def test_a_forged_confirmation_is_refused(world: World, changed: dict[str, str]) -> None:
    world.hub.verifies = False
    add_feed(world.begin, world.topic, due_at=NOW)
    world.show(item(1))
    world.poll()
    world.sweep()
    assert world.hub.verify(world.hub.asked[0], **changed).status_code == 404
    assert world.stored().expires_at is None
    assert world.hub.verify(world.hub.asked[0]).status_code == 200


def test_a_challenge_that_was_answered_is_answered_no_more(subscribed: World) -> None:
    subscribed.hub.lease_seconds = 999_999_999
    assert subscribed.hub.verify(subscribed.hub.asked[0]).status_code == 404
    assert subscribed.stored().expires_at == NOW + 10 * DAY


def test_an_absurd_lease_is_bounded(world: World) -> None:
    world.hub.lease_seconds = 10**30
    add_feed(world.begin, world.topic, due_at=NOW)
    world.show(item(1))
    world.poll()
    world.sweep()
    assert world.stored().expires_at == NOW + timedelta(minutes=1)


def test_a_lease_is_renewed_before_it_ends(subscribed: World) -> None:
    subscribed.now = NOW + 7 * DAY
    assert subscribed.sweep() == []
    subscribed.now = NOW + 8 * DAY
    assert subscribed.sweep() == [HubDue(feed_id=1)]
    assert subscribed.stored().expires_at == NOW + 18 * DAY
    assert len({form["hub.secret"] for form in subscribed.hub.asked}) == 1


def test_a_hub_that_is_down_is_asked_ever_more_rarely_and_its_lease_lapses(subscribed: World) -> None:
    subscribed.hub.status = 500
    tries = []
    subscribed.now = NOW + 8 * DAY
    while subscribed.now < NOW + 12 * DAY:
        if subscribed.sweep():
            tries.append(subscribed.now)
        subscribed.now += timedelta(minutes=10)
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert gaps == sorted(gaps)
    assert max(gaps) <= DAY + timedelta(minutes=10)
    assert "the hub answered 500" in subscribed.stored().detail
    assert subscribed.hub.push(b"x").status_code == 410  # no lease runs any more


def test_a_hub_that_accepts_and_never_calls_back_is_asked_again(world: World) -> None:
    world.hub.verifies = False
    add_feed(world.begin, world.topic, due_at=NOW)
    world.show(item(1))
    world.poll()
    world.sweep()
    assert world.sweep() == []
    world.now += 6 * HOUR
    assert world.sweep() == [HubDue(feed_id=1)]


def test_a_denial_is_kept_with_its_reason(world: World) -> None:
    world.hub.verifies = False
    add_feed(world.begin, world.topic, due_at=NOW)
    world.show(item(1))
    world.poll()
    world.sweep()
    world.hub.verify(world.hub.asked[0], mode="denied", reason="not\nyours")
    assert (world.stored().detail, world.stored().next_try_at) == ("the hub denied it: not yours", NOW + 7 * DAY)


def test_a_hub_that_moved_is_asked_where_it_lives(world: World) -> None:
    world.hub.location = world.hub.url + "/new"
    add_feed(world.begin, world.topic, due_at=NOW)
    world.show(item(1))
    world.poll()
    world.sweep()
    assert world.stored().expires_at == NOW + 10 * DAY


@pytest.mark.parametrize("how", ["the feed is retired", "the feed names no hub any more"])
def test_pushes_that_nobody_wants_are_ended(subscribed: World, how: str) -> None:
    if how == "the feed is retired":
        with subscribed.begin() as tx:
            tx.session.get_one(Feed, 1).active = False
    else:
        subscribed.show(item(1), item(2), hub=False)
        subscribed.poll()
    assert subscribed.hub.push(b"x").status_code == 410
    assert subscribed.sweep() == [HubDue(feed_id=1)]
    assert subscribed.hub.asked[-1]["hub.mode"] == HubWish.UNSUBSCRIBE
    assert subscribed.hub.verified[-1].status_code == 200
    assert subscribed.stored().expires_at is None
    subscribed.now += 30 * DAY
    assert subscribed.sweep() == []


def test_a_feed_is_asked_more_rarely_while_its_hub_delivers_and_as_before_once_it_missed_something(
    subscribed: World,
) -> None:
    subscribed.poll()
    before = subscribed.due_at() - subscribed.now
    subscribed.now += timedelta(minutes=2)
    subscribed.hub.push(b"news")
    subscribed.show(item(1), item(2), item(3), item(4), item(5))
    subscribed.poll()
    subscribed.now += timedelta(minutes=1)
    subscribed.show(item(5), item(4), item(3), item(2))
    with subscribed.begin() as tx:
        tx.session.get_one(FeedPoll, 1).next_poll_at = subscribed.now
    subscribed.poll()
    assert subscribed.due_at() - subscribed.now > 1.5 * before
    subscribed.now = subscribed.due_at()
    subscribed.show(item(6), item(5), item(4), item(3))  # the hub kept this to itself
    subscribed.poll()
    assert subscribed.stored().delivered_at is None


def test_without_a_public_address_nobody_is_asked(world: World) -> None:
    add_feed(world.begin, world.topic, due_at=NOW)
    world.show(item(1))
    world.poll()
    world.api = ""
    world.sweep()
    assert world.hub.asked == []

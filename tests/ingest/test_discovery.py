"""A page in a feed's place says where the feeds are."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import Session

from services.api.watchlist import FeedWish
from services.api.wishes import add_feed as add_wish
from services.ingest import fetcher
from services.ingest.feed_parser import parse_feed
from services.ingest.fetcher import Manners
from services.ingest.links import header_links
from services.ingest.values import NotAFeed
from shared.egress import Door
from shared.tables import Feed, FeedPoll
from shared.transaction import Begin
from shared.vocabulary import PollOutcome
from shared.web import Limits
from tests.ingest.builders import add_feed, item, rss
from tests.ingest.conftest import NOW, POLICY
from tests.ingest.polls import poll_feed
from tests.shared.origin import Origin, answer

RSS = 'rel="alternate" type="application/rss+xml"'


@pytest.mark.parametrize(
    ("head", "offers"),
    [
        pytest.param(f"<link {RSS} href=/feed>", ("http://outlet.example/feed",), id="relative"),
        pytest.param(f"<base href=http://b.example/x/><link {RSS} href=feed>", ("http://b.example/x/feed",), id="base"),
        pytest.param(
            "<link rel=alternate type=application/feed+json href=/j>", ("http://outlet.example/j",), id="JSON"
        ),
        pytest.param(f"<link {RSS} href=/f><link {RSS} href=/f>", ("http://outlet.example/f",), id="twice"),
        pytest.param(f"<link {RSS} href=javascript:alert(1)>", (), id="javascript"),
        pytest.param("<link rel=alternate hreflang=de href=/de>", (), id="another language"),
        pytest.param("<link rel=stylesheet type=application/rss+xml href=/f>", (), id="another relation"),
    ],
)
def test_feeds_of_a_page(head: str, offers: tuple[str, ...]) -> None:
    page = f"<!doctype html><html><head><title>Outlet</title>{head}</head><body>Hello".encode()
    found = parse_feed(page, "http://outlet.example/", "text/html")
    assert isinstance(found, NotAFeed)
    assert found.offers == offers


@pytest.mark.parametrize(
    ("written", "targets"),
    [
        pytest.param("<http://hub.example/>; rel=hub", {"hub": "http://hub.example/"}, id="one"),
        pytest.param(
            '</h>; rel="hub", <f?a=1,2>; rel="self next"; type="a/b"',
            {"hub": "http://o.example/h", "self": "http://o.example/d/f?a=1,2", "next": "http://o.example/d/f?a=1,2"},
            id="relative, commas within, two relations",
        ),
        pytest.param('<a>; title="x, <b>; rel=hub"; REL=Hub', {"hub": "http://o.example/d/a"}, id="a quoted link"),
        pytest.param("<a>; anchor=other; rel=hub", {}, id="of another place"),
        pytest.param("<javascript:x>; rel=hub, <ftp://h/>; rel=self", {}, id="no web addresses"),
        pytest.param("<" * 30_000 + ";" * 30_000, {}, id="nonsense, and much of it"),
        pytest.param("<a>" + "; b" * 8_000 + "!", {}, id="parameters without an end"),
    ],
)
def test_links_in_a_header(written: str, targets: dict[str, str]) -> None:
    found = header_links((("link", written),), base="http://o.example/d/x")
    assert {relation: each.target for each in found for relation in each.relations} == targets


def test_feeds_of_comments_come_last() -> None:
    page = f"<html><head><link {RSS} title='Comments' href=/c><link {RSS} href=/comments/feed><link {RSS} href=/f>"
    found = parse_feed(page.encode(), "http://outlet.example/", "text/html")
    assert isinstance(found, NotAFeed)
    assert [offer.rpartition("example")[2] for offer in found.offers] == ["/f", "/c", "/comments/feed"]


@pytest.fixture
def poll(begin: Begin, door: Door) -> Callable[[datetime], None]:
    manners = Manners("probe", Limits(total_seconds=5))
    fetch = partial(fetcher.fetch_feed, send=door.send, parse=parse_feed, manners=manners, now=NOW)
    return lambda now: poll_feed(1, begin=begin, fetch=fetch, policy=POLICY, now=now)


def stands(session: Session) -> tuple[str, FeedPoll]:
    session.expire_all()
    return session.get_one(Feed, 1).url, session.get_one(FeedPoll, 1)


def test_a_page_is_named_and_its_best_feed_is_asked(
    origin: Origin, begin: Begin, session: Session, poll: Callable[[datetime], None]
) -> None:
    page = f"<html><head><base href='/blog/'><link {RSS} href=comments><link {RSS} href=feed><link {RSS} href=/uk>"
    origin.answers |= {
        "/": answer(page.encode(), 'Link: </head-feed>; rel="alternate"; type="application/atom+xml"'),
        "/head-feed": answer(rss(item(1))),
    }
    add_feed(begin, origin.url("/"), due_at=NOW)
    poll(NOW)
    url, state = stands(session)
    assert url == origin.url("/head-feed")
    others = ", ".join(origin.url(path) for path in ("/blog/feed", "/uk", "/blog/comments"))
    assert state.detail == f"a web page, whose feed {url} is asked from now on; the page also offers {others}"
    assert (state.next_poll_at, state.failures) == (NOW, 0)
    session.rollback()
    poll(NOW)
    assert stands(session)[1].outcome is PollOutcome.NEW_ENTRIES
    session.rollback()
    with begin() as tx:  # whoever names the page again means the same feed
        assert add_wish(tx, FeedWish(url=origin.url("/"), name=""), now=NOW) == ()


def test_a_feed_that_was_good_once_stays_where_it_is(
    origin: Origin, begin: Begin, session: Session, poll: Callable[[datetime], None]
) -> None:
    origin.answers["/feed"] = answer(rss(item(1)))
    add_feed(begin, origin.url("/feed"), due_at=NOW)
    poll(NOW)
    origin.answers["/feed"] = answer(f"<html><head><link {RSS} href=/other>".encode())
    poll(NOW + timedelta(hours=1))
    url, state = stands(session)
    assert url == origin.url("/feed")
    assert state.detail.endswith(f"the page offers {origin.url('/other')}")


def test_a_feed_that_somebody_else_has_is_not_taken(
    origin: Origin, begin: Begin, session: Session, poll: Callable[[datetime], None]
) -> None:
    origin.answers["/"] = answer(f"<html><head><link {RSS} href=/feed>".encode())
    add_feed(begin, origin.url("/"), due_at=NOW)
    add_feed(begin, origin.url("/feed"), due_at=NOW + timedelta(days=9))
    poll(NOW)
    url, state = stands(session)
    assert (url, state.failures) == (origin.url("/"), 1)

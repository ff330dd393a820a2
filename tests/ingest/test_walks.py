"""What a busy feed showed while nobody looked is found again: on its older pages, or in its site's sitemaps."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from services.ingest import fetcher
from services.ingest.feed_parser import parse_feed
from services.ingest.fetcher import Manners
from services.ingest.handlers import find_work
from services.ingest.politeness import HostPolicy
from services.ingest.robots import RobotsBook
from services.ingest.sitemap_parser import parse_sitemap
from services.ingest.values import Listed, NotAFeed, Sitemap, Sweep
from services.ingest.visits import Visits
from services.ingest.walking import WalkEdges, walk_back
from services.ingest.walks import section_of
from shared.clock import utc_now
from shared.egress import Door
from shared.events import Event, GapSuspected
from shared.failures import TemporaryFailure
from shared.leases import LeasePolicy
from shared.tables import Document, FeedWalk, Handoff, PollLog
from shared.transaction import Begin, transactions
from shared.vocabulary import Arrival, PollOutcome
from shared.web import Limits
from tests.ingest.builders import add_feed, item, rss
from tests.ingest.conftest import NOW, POLICY
from tests.ingest.polls import poll_feed
from tests.shared.origin import Origin, answer

HOUR = timedelta(hours=1)
MANNERS = Manners("probe", Limits(total_seconds=5))
AT_ONCE = HostPolicy(2, timedelta(), 8)
FREE_AT_ONCE = LeasePolicy(seconds=-1, most_attempts=3)
DATED = datetime(2016, 1, 12, 12, 30, tzinfo=UTC)


class World:
    """A feed that shows three entries, and whose origin publishes more between two polls."""

    def __init__(self, database: Engine, origin: Origin, door: Door) -> None:
        self.database, self.origin = database, origin
        self.rung: list[Event] = []
        self.begin: Begin = transactions(database, self.rung.append)
        visits = Visits(door.send, self.begin, AT_ONCE, utc_now)
        self.edges = WalkEdges(
            fetch_feed=partial(fetcher.fetch_feed, send=visits, parse=parse_feed, manners=MANNERS, now=NOW),
            fetch_sitemap=partial(
                fetcher.fetch_sitemap, send=visits, parse=lambda body, url: parse_sitemap(body), manners=MANNERS
            ),
            sitemaps_of=RobotsBook(send=visits, manners=MANNERS).sitemaps,
        )
        self.fetch = partial(fetcher.fetch_feed, send=door.send, parse=parse_feed, manners=MANNERS, now=NOW)

    def poll(self, first: int, last: int, *, now: datetime, extra: str = "") -> None:
        """Let the feed show entries `first` to `last`, and poll it."""
        self.origin.answers["/feed"] = answer(rss(extra, *self.items(first, last)))
        poll_feed(1, begin=self.begin, fetch=self.fetch, policy=POLICY, now=now)

    def items(self, first: int, last: int) -> list[str]:
        return [
            item(n, link=self.origin.url(f"/news/{n}"), guid=f"g{n}", pubDate=self.date(n))
            for n in range(last, first - 1, -1)
        ]

    def date(self, number: int) -> str:
        return (
            f"{DATED + timedelta(minutes=number):%a, %d %b %Y %H:%M:%S} GMT"
            if number > 3
            else "Mon, 11 Jan 2016 08:00:00 GMT"
        )

    def miss(self, extra: str = "") -> None:
        """Poll entries 1 to 3, then 13 to 15: 4 to 12 came and went."""
        add_feed(self.begin, self.origin.url("/feed"), due_at=NOW)
        self.poll(1, 3, now=NOW)
        self.poll(13, 15, now=NOW + HOUR, extra=extra)

    def walk(self) -> None:
        walk_back(1, begin=self.begin, edges=self.edges, lease=FREE_AT_ONCE, now=NOW + HOUR)

    def stored(self) -> list[str]:
        with Session(self.database) as session:
            names = (key.rpartition("/")[2] for key in session.exec(select(Document.entry_key)))
            return sorted(names, key=lambda key: (len(key), key))

    def log(self) -> PollLog:
        with Session(self.database) as session:
            return session.exec(select(PollLog).order_by(col(PollLog.id).desc()).limit(1)).one()

    def asked(self) -> list[str]:
        return [request.split(b" ")[1].decode() for request in self.origin.requests]

    def left(self) -> int:
        with Session(self.database) as session:
            walks = session.exec(select(FeedWalk)).all()
            return len(walks) + len(session.exec(select(Handoff).where(Handoff.task == "ingest.walk_back")).all())


ALL = [f"g{n}" for n in range(1, 16)]


@pytest.fixture
def world(database: Engine, origin: Origin, door: Door) -> Iterator[World]:
    yield World(database, origin, door)


def link(relation: str, target: str) -> str:
    return f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{relation}" href="{target}"/>'


def test_older_pages_are_walked_back_until_what_was_known(any_database: Engine, origin: Origin, door: Door) -> None:
    world = World(any_database, origin, door)
    origin.answers |= {
        "/2": answer(rss(link("next", "/3"), *world.items(9, 13))),  # one entry moved on since the poll
        "/3": answer(rss(link("next", "/4"), *world.items(3, 8))),
        "/4": answer(rss(*world.items(1, 2))),
    }
    world.miss(link("next", "/2"))
    assert world.rung[-1] == GapSuspected(feed_id=1)
    world.walk()
    assert world.stored() == ALL
    assert "/4" not in world.asked()
    line = world.log()
    assert (line.outcome, line.new_entries, line.gap_suspected) == (PollOutcome.WALKED_BACK, 9, False)
    assert line.detail == "walked back through older pages (2 read): 9 articles recovered; it reached what was known"
    assert world.left() == 0
    with Session(any_database) as session:
        rows = session.exec(select(Document.entry_key, Document.arrived)).all()
    assert {key.rpartition("/")[2] for key, arrived in rows if arrived is Arrival.HISTORY} == {"g1", "g2", "g3"}


def test_archives_are_walked_back_too(world: World) -> None:
    world.origin.answers["/a1"] = answer(rss(link("prev-archive", "/a0"), *world.items(8, 14)))
    world.origin.answers["/a0"] = answer(rss(*world.items(1, 7)))
    world.miss(link("prev-archive", "/a1"))
    world.walk()
    assert world.stored() == ALL


def test_a_feed_of_wordpress_is_asked_for_its_pages(world: World) -> None:
    generator = "<generator>https://wordpress.org/?v=6.4</generator>"

    def paged(connection: object) -> None:
        page = int(world.origin.requests[-1].split(b"paged=")[1].split(b" ")[0])
        items = world.items(17 - 4 * page, 20 - 4 * page)
        connection.sendall(answer(rss(generator, *items)))  # type: ignore[attr-defined]

    world.miss(generator)
    world.origin.answers["/feed"] = paged
    world.walk()
    assert world.asked()[-3:] == ["/feed?paged=2", "/feed?paged=3", "/feed?paged=4"]
    assert world.stored() == ALL


def test_a_server_that_does_not_know_pages_is_not_asked_for_ever(world: World) -> None:
    generator = "<generator>https://wordpress.org/?v=6.4</generator>"
    world.miss(generator)
    world.walk()
    assert world.asked().count("/feed?paged=2") == 1
    assert "/feed?paged=3" not in world.asked()
    assert world.log().gap_suspected
    assert "what was shown between 2016-01-12 12:00 and 2016-01-12 13:00 may be lost" in world.log().detail


def test_pages_that_lead_round_in_a_circle_have_an_end(world: World) -> None:
    world.origin.answers["/2"] = answer(rss(link("next", "/2"), *world.items(10, 12)))
    world.miss(link("next", "/2"))
    world.walk()
    assert world.asked().count("/2") == 1
    assert world.stored() == [*ALL[:3], *ALL[9:]]


def test_a_walk_has_a_cap(world: World) -> None:
    def endless(connection: object) -> None:
        page = int(world.origin.requests[-1].split(b"page=")[1].split(b" ")[0])
        shown = item(1, guid=f"endless{page}", link=world.origin.url(f"/news/e{page}"), pubDate=world.date(9))
        connection.sendall(answer(rss(link("next", f"/more?page={page + 1}"), shown)))  # type: ignore[attr-defined]

    world.origin.answers["/more"] = endless
    world.miss(link("next", "/more?page=1"))
    world.walk()
    assert sum(path.startswith("/more") for path in world.asked()) == 25
    assert "25 pages" in world.log().detail


def test_entries_that_are_far_older_end_a_walk_and_are_history(world: World) -> None:
    old = item(1, guid="old", link=world.origin.url("/news/old"), pubDate="Fri, 01 Jan 2010 08:00:00 GMT")
    world.origin.answers["/2"] = answer(rss(link("next", "/3"), *world.items(4, 12), old))
    world.miss(link("next", "/2"))
    world.walk()
    assert "/3" not in world.asked()
    assert not world.log().gap_suspected
    with Session(world.database) as session:
        assert (
            session.exec(select(Document.arrived).where(col(Document.entry_key).endswith("/old"))).one()
            is Arrival.HISTORY
        )


def test_a_complete_feed_has_no_gaps(world: World) -> None:
    world.miss('<fh:complete xmlns:fh="http://purl.org/syndication/history/1.0"/>')
    assert not any(isinstance(event, GapSuspected) for event in world.rung)
    assert not world.log().gap_suspected


def sitemap(*urls: str, kind: str = "url") -> bytes:
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    root = "sitemapindex" if kind == "sitemap" else "urlset"
    return (
        f"<?xml version='1.0'?><{root} {names}>{''.join(f'<{kind}>{url}</{kind}>' for url in urls)}</{root}>".encode()
    )


def test_sitemaps_take_the_place_of_pages(world: World) -> None:
    """The index leads to a news sitemap in a gzip file; old sitemaps, other sections and other sites are left alone."""
    url = world.origin.url
    when = "2016-01-12T12:40:00Z"
    news = [
        f"<loc>{url(f'/news/{n}')}</loc><news:news><news:publication_date>{when}</news:publication_date>"
        f"<news:title>Headline {n}</news:title></news:news>"
        for n in range(4, 14)
    ]
    others = [
        f"<loc>{url('/sports/who-won-the-cup-today')}</loc><lastmod>{when}</lastmod>",
        f"<loc>{url('/news/tags')}</loc><lastmod>{when}</lastmod>",
        f"<loc>{url('/news/an-old-story-of-2015')}</loc><lastmod>2015-01-01</lastmod>",
        f"<loc>http://other.example/news/what-others-have-to-say</loc><lastmod>{when}</lastmod>",
        f"<loc>{url('/news/undated-story-of-the-day')}</loc>",
    ]
    world.origin.answers |= {
        "/robots.txt": answer(f"User-agent: *\nSitemap: {url('/map.xml')}\n".encode()),
        "/map.xml": answer(
            sitemap(
                f"<loc>{url('/old.xml')}</loc><lastmod>2015-12-01</lastmod>",
                f"<loc>{url('/news.xml.gz')}</loc><lastmod>2016-01-12</lastmod>",
                kind="sitemap",
            )
        ),
        "/news.xml.gz": answer(gzip.compress(sitemap(*news, *others)), "Content-Type: application/gzip"),
    }
    world.miss()
    world.walk()
    with Session(world.database) as session:
        urls = set(session.exec(select(Document.url)))
    assert urls == {url(f"/news/{n}") for n in range(1, 16)}
    assert "/old.xml" not in world.asked()
    assert "9 articles recovered" in world.log().detail
    world.poll(4, 15, now=NOW + 2 * HOUR)  # and when the feed shows them after all, nothing doubles
    assert len(world.stored()) == 15


def test_without_pages_and_sitemaps_the_log_says_that_news_may_be_lost(world: World) -> None:
    world.miss()
    world.walk()
    line = world.log()
    assert (line.new_entries, line.gap_suspected) == (0, True)
    assert "nothing recovered" in line.detail
    assert "may be lost" in line.detail
    assert world.left() == 0


def test_a_page_that_is_down_is_asked_again_and_given_up_in_the_end(world: World) -> None:
    world.origin.answers["/2"] = answer(status="500 Down")
    world.miss(link("next", "/2"))
    for _ in range(2):
        with pytest.raises(TemporaryFailure):
            world.walk()
    world.walk()
    assert "/2: the server answered 500" in world.log().detail
    assert world.left() == 0


def test_a_walk_that_broke_off_goes_on_where_it_was(world: World) -> None:
    world.origin.answers |= {
        "/2": answer(rss(link("next", "/3"), *world.items(9, 12))),
        "/3": answer(status="503 Busy"),
    }
    world.miss(link("next", "/2"))
    with pytest.raises(TemporaryFailure):
        world.walk()
    rung: list[Event] = []
    find_work(begin=world.begin, publish=rung.append, sweep=Sweep(timedelta(0)), now=NOW + HOUR)
    assert GapSuspected(feed_id=1) in rung
    world.origin.answers["/3"] = answer(rss(*world.items(2, 8)))
    with world.begin() as tx:
        for rest in tx.session.exec(select(FeedWalk)):
            assert rest.todo.endswith("/3")
        tx.session.connection().exec_driver_sql("DELETE FROM host_rest")
    world.walk()
    assert world.asked().count("/2") == 1
    assert world.stored() == ALL


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"<html><body>not found", NotAFeed, id="a page"),
        pytest.param(
            b"<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset><url><loc>&a;</loc></url></urlset>", NotAFeed, id="entities"
        ),
        pytest.param(b"", NotAFeed, id="nothing"),
        pytest.param(b"\x00\xff" * 99, NotAFeed, id="no text"),
        pytest.param(sitemap("<loc>http://a.example/1</loc>")[:-5], Sitemap, id="broken off"),
        pytest.param(
            sitemap("<loc>file:///etc/passwd</loc>", "<loc> javascript:x </loc>"), Sitemap, id="no web addresses"
        ),
        pytest.param(sitemap("<loc>http://a.example/</loc><lastmod>yesterday</lastmod>"), Sitemap, id="no date"),
    ],
)
def test_sitemaps_of_all_kinds_are_survived(body: bytes, expected: type) -> None:
    found = parse_sitemap(body)
    assert isinstance(found, expected)
    if isinstance(found, Sitemap):
        assert all(each.url.startswith("http://a.example/") and each.changed_at is None for each in found.pages)


def test_a_day_without_an_hour_counts_as_its_end() -> None:
    found = parse_sitemap(sitemap("<loc>http://a.example/1</loc><lastmod>2016-01-12</lastmod>"))
    assert found == Sitemap(pages=(Listed("http://a.example/1", datetime(2016, 1, 12, 23, 59, 59, tzinfo=UTC)),))


@pytest.mark.parametrize(
    ("urls", "section"),
    [
        pytest.param((), "/", id="nothing known"),
        pytest.param(("http://a.example/1", "http://a.example/x/2"), "/", id="no folder"),
        pytest.param(("http://a.example/politics/1", "http://a.example/politics/uk/2"), "/politics/", id="a folder"),
        pytest.param(("http://a.example/2016/01/x", "http://a.example/2016/02/y"), "/", id="a date is no section"),
    ],
)
def test_the_section_of_a_feed(urls: tuple[str, ...], section: str) -> None:
    assert section_of(urls) == section

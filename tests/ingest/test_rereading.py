"""Documents that are read again, against a real server and on both databases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from services.ingest import fetcher
from services.ingest.feed_parser import parse_feed
from services.ingest.fetcher import Manners
from services.ingest.handlers import fetch_documents, find_work
from services.ingest.values import PollPolicy, Sweep
from shared.egress import Door
from shared.events import ArticleIngested, DocumentFound, Event
from shared.tables import Actor, Article, Document, Figure, Issue, Revision, Statement, Tagging
from shared.transaction import Begin, transactions
from shared.vocabulary import ActorKind, Arrival, DateSource, DocumentState, PageKind, Stance, TextSource
from shared.web import Limits
from tests.ingest.builders import SENTENCE, add_feed, item, rss
from tests.ingest.conftest import LEASE, NOW
from tests.ingest.polls import poll_feed
from tests.shared.origin import Answer, Origin, answer

MANNERS = Manners("probe", Limits(total_seconds=5))
POLICY = PollPolicy(timedelta(minutes=15), shortest=timedelta(minutes=5), longest=timedelta(hours=24))
HOUR = timedelta(hours=1)
Row = TypeVar("Row")


WALL = b"<html><title>Page not found</title><p>Sorry.</p></html>"


def page(text: str, *, head: str = "") -> bytes:
    parts = "".join(f"<p>Part {number}. {text} {SENTENCE * 2}</p>" for number in range(6))
    return f"<html lang=en><head><title>T</title>{head}</head><body><article>{parts}</article></body></html>".encode()


@dataclass
class Desk:
    """A feed of excerpts, its pages, and a clock that a test moves."""

    database: Engine
    origin: Origin
    door: Door
    waiting: list[Event] = field(default_factory=list)
    ingested: list[int] = field(default_factory=list)
    now: object = NOW
    feed_id: int = 0

    @property
    def begin(self) -> Begin:
        return transactions(self.database, self.waiting.append)

    def poll(self, *items: str, later: timedelta = HOUR) -> None:
        self.now += later  # type: ignore[operator]
        self.origin.answers["/feed"] = answer(rss(*items))
        self.feed_id = self.feed_id or add_feed(self.begin, self.origin.url("/feed"), due_at=NOW)
        fetch = partial(fetcher.fetch_feed, send=self.door.send, parse=parse_feed, manners=MANNERS, now=self.now)
        poll_feed(self.feed_id, begin=self.begin, fetch=fetch, policy=POLICY, now=self.now)  # type: ignore[arg-type]
        self.read()

    def sweep(self, *, later: timedelta) -> None:
        self.now += later  # type: ignore[operator]
        find_work(begin=self.begin, publish=lambda _: None, sweep=Sweep(HOUR), now=self.now)  # type: ignore[arg-type]
        self.read()

    def read(self) -> None:
        fetch = partial(fetcher.fetch_page, send=self.door.send, manners=MANNERS)
        while self.waiting:
            match self.waiting.pop(0):
                case DocumentFound(document_id=number):
                    fetch_documents(number, begin=self.begin, fetch=fetch, now=self.now, lease=LEASE)  # type: ignore[arg-type]
                case ArticleIngested(article_id=number):
                    self.ingested.append(number)

    def requests(self, path: str) -> list[bytes]:
        return [request for request in self.origin.requests if request.startswith(f"GET {path} ".encode())]

    def one(self, table: type[Row]) -> Row:
        with Session(self.database) as session:
            return session.execute(select(table)).scalar_one()


@pytest.fixture
def desk(any_database: Engine, origin: Origin, door: Door) -> Desk:
    return Desk(any_database, origin, door)


@pytest.fixture
def excerpt(origin: Origin) -> Callable[..., str]:
    return partial(item, 1, link=origin.url("/page"), content="<p>Part 0. Read more</p>")


def ann_speaks(desk: Desk) -> None:
    """Let the article bear witness of somebody watched."""
    with desk.begin() as tx:
        article = tx.session.execute(select(Article)).scalar_one()
        tx.session.add(Figure(id="ann", name="Ann", kind=ActorKind.PERSON))
        tx.session.add(Issue(id="plan", name="Plan", proposition="They should plan.", terms=["plan"]))
        tx.session.flush()
        actor = Actor(name="Ann", kind=ActorKind.PERSON, figure_id="ann")
        tagging = Tagging(article_id=article.id or 0, tagger_version="1", tagged_at=NOW)
        tx.session.add_all([actor, tagging])
        tx.session.flush()
        where = {"article_id": article.id, "article_url": article.url, "story_id": article.story_id}
        said = {"stance": Stance.FAVOR, "confidence": 0.9, "own_words": True, "words": 1, "is_quotation": False}
        span = {"evidence": "x", "start": 0, "end": 1, "published_at": NOW, "tagger_version": "1"}
        tx.session.add(Statement(tagging_id=tagging.id, actor_id=actor.id, issue_id="plan", **where, **said, **span))


def test_a_page_that_matters_is_asked_again_conditionally_and_not_for_ever(
    desk: Desk, excerpt: Callable[..., str]
) -> None:
    desk.origin.answers["/page"] = answer(page("First."), "Content-Type: text/html", "ETag: odd")
    desk.poll(excerpt())
    ann_speaks(desk)
    desk.origin.answers["/page"] = answer(status="304 Not Modified")
    for _ in range(14):
        desk.sweep(later=6 * HOUR)
    asked = desk.requests("/page")
    assert len(asked) == 4
    assert all(b"if-none-match: odd\r\n" in request for request in asked[1:])
    assert desk.one(Article).revision == 1
    assert desk.ingested == [1]


def test_a_page_that_nobody_watched_speaks_in_is_left_alone(desk: Desk, excerpt: Callable[..., str]) -> None:
    desk.origin.answers["/page"] = answer(page("First."), "Content-Type: text/html")
    desk.poll(excerpt())
    for _ in range(5):
        desk.sweep(later=12 * HOUR)
    assert len(desk.requests("/page")) == 1


def test_a_corrected_page_is_a_revision(desk: Desk, excerpt: Callable[..., str]) -> None:
    desk.origin.answers["/page"] = answer(page("First."), "Content-Type: text/html")
    desk.poll(excerpt())
    ann_speaks(desk)
    desk.origin.answers["/page"] = answer(page("Second."), "Content-Type: text/html")
    desk.sweep(later=2 * HOUR)
    article, revision = desk.one(Article), desk.one(Revision)
    assert (article.revision, "Second." in article.text, "First." in revision.text) == (2, True, True)
    assert (revision.number, revision.seen_at, article.revised_at) == (1, NOW + HOUR, NOW + 3 * HOUR)
    assert desk.ingested == [1, 1]


def test_a_feed_that_says_that_an_entry_changed_is_followed_to_its_page(
    desk: Desk, excerpt: Callable[..., str]
) -> None:
    desk.origin.answers["/page"] = answer(page("First."), "Content-Type: text/html")
    desk.poll(excerpt())
    desk.origin.answers["/page"] = answer(page("Second."), "Content-Type: text/html")
    desk.poll(excerpt(title="Corrected: headline"))
    article = desk.one(Article)
    assert (article.title, article.revision) == ("Corrected: headline", 2)
    assert "Second." in article.text


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(answer(status="304 Not Modified"), id="a page that did not change"),
        pytest.param(answer(page("First."), "Content-Type: text/html"), id="a page that says what it said"),
        pytest.param(answer(status="404 Not Found"), id="a page that is gone"),
        pytest.param(answer(WALL, "Content-Type: text/html"), id="a wall by now"),
    ],
)
def test_another_headline_alone_is_a_revision_whatever_the_page_answers(
    reply: Answer, desk: Desk, excerpt: Callable[..., str]
) -> None:
    desk.origin.answers["/page"] = answer(page("First."), "Content-Type: text/html", "ETag: odd")
    desk.poll(excerpt())
    text = desk.one(Article).text
    desk.origin.answers["/page"] = reply
    desk.poll(excerpt(title="Corrected: headline"))
    article, revision = desk.one(Article), desk.one(Revision)
    assert (article.title, article.revision, article.text) == ("Corrected: headline", 2, text)
    assert (revision.title, revision.text) == ("Headline 1", text)
    assert desk.ingested == [1, 1]
    desk.poll(excerpt(title="Corrected: headline"))
    assert desk.one(Article).revision == 2


def test_an_entry_that_changes_at_every_poll_brings_us_to_its_page_ever_more_rarely(
    desk: Desk, excerpt: Callable[..., str]
) -> None:
    desk.origin.answers["/page"] = answer(page("First."), "Content-Type: text/html")
    for number in range(24):
        desk.poll(excerpt(title=f"{number} comments"))
        desk.sweep(later=timedelta())
    assert 3 < len(desk.requests("/page")) < 20


def test_other_markup_is_no_change(desk: Desk, excerpt: Callable[..., str]) -> None:
    desk.origin.answers["/page"] = answer(page("First."), "Content-Type: text/html")
    for number in range(3):
        desk.poll(excerpt(content=f"<p>Part 0. Read more</p><img src='/pixel?{number}'/>"))
    assert len(desk.requests("/page")) == 1
    assert desk.one(Article).revision == 1


def test_a_wall_or_a_page_that_went_away_takes_no_article_away(desk: Desk, excerpt: Callable[..., str]) -> None:
    desk.origin.answers["/page"] = answer(page("First."), "Content-Type: text/html")
    desk.poll(excerpt())
    for number, reply in enumerate(
        [
            answer(WALL, "Content-Type: text/html"),
            answer(status="404 Not Found"),
        ]
    ):
        desk.origin.answers["/page"] = reply
        desk.poll(excerpt(content=f"<p>Part {number} in other words. Read more</p>"))
    assert (desk.one(Article).revision, desk.one(Document).state) == (1, DocumentState.READ)


def test_the_rest_of_a_page_that_could_not_be_read_comes_later(desk: Desk, excerpt: Callable[..., str]) -> None:
    wall = b"<html><title>Just a moment...</title><p>Checking your browser.</p></html>"
    desk.origin.answers["/page"] = answer(wall, "Content-Type: text/html")
    desk.poll(excerpt())
    assert (desk.one(Article).page_kind, desk.one(Article).text_from) == (PageKind.ERROR, TextSource.SUMMARY)
    desk.origin.answers["/page"] = answer(page("First."), "Content-Type: text/html")
    desk.sweep(later=2 * HOUR)
    article = desk.one(Article)
    assert (article.page_kind, article.text_from, article.revision) == (PageKind.ARTICLE, TextSource.PAGE, 2)
    assert article.revised_at == article.published_at


def test_a_wall_without_any_text_in_the_feed_says_why(desk: Desk, excerpt: Callable[..., str]) -> None:
    words = "We value your privacy. We and our partners store and access information on a device. Accept all cookies."
    wall = f"<html><title>Outlet</title><body><main><p>{words}</p></main></body></html>".encode()
    desk.origin.answers["/page"] = answer(wall, "Content-Type: text/html")
    desk.poll(excerpt(content=""))
    document = desk.one(Document)
    assert document.state is DocumentState.UNREADABLE
    assert "consent" in document.reason


def test_what_a_page_knows_of_its_date_is_kept_with_where_it_says_so(desk: Desk, origin: Origin) -> None:
    told = '<meta property="article:published_time" content="2016-01-10T10:00:00Z">'
    origin.answers["/page"] = answer(page("First.", head=told), "Content-Type: text/html")
    desk.poll(item(1, link=origin.url("/page"), content="<p>Part 0. Read more</p>", pubDate=""))
    article = desk.one(Article)
    assert (article.published_from, article.published_at.day) == (DateSource.META, 10)


def test_what_a_feed_held_when_it_was_first_read_is_history(desk: Desk) -> None:
    desk.poll(item(1))
    desk.poll(item(1), item(2))
    with Session(desk.database) as session:
        rows = session.execute(select(Article.arrived).order_by(col(Article.id))).scalars().all()
    assert rows == [Arrival.HISTORY, Arrival.LIVE]


def test_a_language_that_nobody_reads_is_noted(desk: Desk) -> None:
    german = "Der Ausschuss tagte am Montag und hörte, was die Anwohner über die Brücke am Fluss zu sagen hatten. "
    desk.poll(item(1, content=f"<p>{german * 8}</p>"))
    assert desk.one(Article).language == "de"


def test_an_article_has_the_address_that_its_page_gives_itself_and_is_there_once(desk: Desk, origin: Origin) -> None:
    own = f'<link rel="canonical" href="{origin.url("/page")}">'
    origin.answers["/page"] = origin.answers["/copy"] = answer(page("First.", head=own), "Content-Type: text/html")
    origin.answers["/other"] = answer(
        page("Quite", head=own).replace(b"committee", b"orchestra"), "Content-Type: text/html"
    )
    entries = [
        item(n, link=origin.url(path), content="Part 0…") for n, path in enumerate(("/copy?x=1", "/page", "/other"))
    ]
    desk.poll(*entries)
    with Session(desk.database) as session:
        urls = session.execute(select(Article.url).order_by(col(Article.id))).scalars().all()
        reasons = session.execute(select(Document.reason).where(col(Document.reason) != "")).scalars().all()
    assert urls[0] == origin.url("/page")
    assert len(urls) + len(reasons) == 3
    assert reasons[0] == "another document led to this article already"

"""From a feed that is due to an article, against a real server and a real database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import Session, select

from services.ingest import fetcher
from services.ingest.answers import (
    FeedAnswer,
    FeedAsked,
    FetchFeed,
    FetchPage,
    PageAnswer,
    PageAsked,
    PageLater,
    PageNever,
)
from services.ingest.feed_parser import parse_feed
from services.ingest.fetcher import Manners
from services.ingest.handlers import fetch_document, find_work
from services.ingest.values import Sweep
from shared.egress import Door
from shared.events import ArticleIngested, DocumentFound, Event, FeedDue
from shared.failures import TemporaryFailure
from shared.leases import LeasePolicy
from shared.tables import Article, Document, FeedPoll, Handoff, Heartbeat, PollLog
from shared.transaction import Begin
from shared.vocabulary import DateSource, DocumentState, PollOutcome, TextSource
from shared.web import Limits
from tests.ingest.builders import SENTENCE, add_feed, item, rss
from tests.ingest.conftest import LEASE, NOW, POLICY
from tests.ingest.polls import poll_feed
from tests.shared.origin import Origin, answer

MANNERS = Manners("probe", Limits(total_seconds=5))
Poll = Callable[[int, datetime], None]


@pytest.fixture
def fetch(door: Door) -> FetchFeed:
    return partial(fetcher.fetch_feed, send=door.send, parse=parse_feed, manners=MANNERS, now=NOW)


@pytest.fixture
def poll(begin: Begin, fetch: FetchFeed) -> Poll:
    return lambda feed_id, now: poll_feed(feed_id, begin=begin, fetch=fetch, policy=POLICY, now=now)


def no_page(_: PageAsked) -> PageAnswer:
    return PageNever("no page in this test")


def test_a_new_feed_gives_its_entries_oldest_first(
    origin: Origin, begin: Begin, session: Session, poll: Poll, published: list[Event]
) -> None:
    origin.answers["/feed"] = answer(rss(item(2), item(1)), 'ETag: W/"odd"', "Last-Modified: yesterday")
    feed_id = add_feed(begin, origin.url("/feed"), due_at=NOW, name="My Outlet")
    poll(feed_id, NOW)
    documents = session.exec(select(Document).order_by(Document.id)).all()  # type: ignore[arg-type]
    assert [(each.title, each.outlet) for each in documents] == [("Headline 1", "Outlet"), ("Headline 2", "Outlet")]
    assert published == [DocumentFound(document_id=documents[0].id or 0)]  # which stands for both
    state = session.get_one(FeedPoll, feed_id)
    assert (state.etag, state.last_modified, state.outcome) == ('W/"odd"', "yesterday", PollOutcome.NEW_ENTRIES)
    assert state.next_poll_at == NOW + POLICY.interval
    assert state.lease_token is None


def test_validators_go_back_as_they_came(origin: Origin, begin: Begin, session: Session, poll: Poll) -> None:
    origin.answers["/feed"] = answer(rss(item()), "ETag: no-quotes", "Last-Modified: some day")
    feed_id = add_feed(begin, origin.url("/feed"), due_at=NOW)
    poll(feed_id, NOW)
    origin.answers["/feed"] = answer(status="304 Not Modified")
    poll(feed_id, NOW + timedelta(hours=1))
    assert b"if-none-match: no-quotes\r\n" in origin.requests[1]
    assert b"if-modified-since: some day\r\n" in origin.requests[1]
    state = session.get_one(FeedPoll, feed_id)
    assert (state.outcome, state.etag) == (PollOutcome.NOT_MODIFIED, "no-quotes")


def test_each_request_leaves_a_line_in_the_log(origin: Origin, begin: Begin, session: Session, poll: Poll) -> None:
    feed_id = add_feed(begin, origin.url("/feed"), due_at=NOW)
    answers = [answer(rss(item())), answer(rss(item())), answer(rss(item(), title="new")), answer(b"<html>log in")]
    for hours, reply in enumerate(answers):
        origin.answers["/feed"] = reply
        poll(feed_id, NOW + timedelta(hours=hours))
    lines = session.exec(select(PollLog).order_by(PollLog.id)).all()  # type: ignore[arg-type]
    assert [(line.outcome, line.new_entries) for line in lines] == [
        (PollOutcome.NEW_ENTRIES, 1),
        (PollOutcome.SAME_BODY, 0),
        (PollOutcome.NOTHING_NEW, 0),
        (PollOutcome.NOT_A_FEED, 0),
    ]


def test_what_is_not_a_feed_keeps_the_validators_and_the_feed(
    origin: Origin, begin: Begin, session: Session, poll: Poll
) -> None:
    origin.answers["/feed"] = answer(rss(item()), "ETag: good")
    feed_id = add_feed(begin, origin.url("/feed"), due_at=NOW)
    poll(feed_id, NOW)
    origin.answers["/feed"] = answer(b"<!doctype html><html><title>Log in</title>", "ETag: bad")
    poll(feed_id, NOW + timedelta(hours=1))
    state = session.get_one(FeedPoll, feed_id)
    assert (state.etag, state.outcome, state.failures) == ("good", PollOutcome.NOT_A_FEED, 1)
    assert "web page" in state.detail


def test_a_feed_that_is_not_due_is_left_alone(origin: Origin, begin: Begin, poll: Poll) -> None:
    feed_id = add_feed(begin, origin.url("/feed"), due_at=NOW + timedelta(seconds=1))
    poll(feed_id, NOW)
    assert origin.requests == []


def test_a_feed_that_somebody_polls_is_left_alone(begin: Begin, fetch: FetchFeed) -> None:
    feed_id = add_feed(begin, "http://outlet.example/feed", due_at=NOW)
    asked: list[int] = []

    def fetch_slowly(_: FeedAsked) -> FeedAnswer:
        asked.append(feed_id)
        poll_feed(feed_id, begin=begin, fetch=fetch_slowly, policy=POLICY, now=NOW)
        raise TemporaryFailure("the worker dies here")

    with pytest.raises(TemporaryFailure):
        poll_feed(feed_id, begin=begin, fetch=fetch_slowly, policy=POLICY, now=NOW)
    assert asked == [feed_id]


def test_one_article_in_two_feeds_is_one_document(origin: Origin, begin: Begin, session: Session, poll: Poll) -> None:
    origin.answers["/a"] = answer(rss(item(guid="a1", link="http://outlet.example/x?utm_source=rss")))
    origin.answers["/b"] = answer(rss(item(guid="b1", link="https://outlet.example/x#top")))
    for path in ("/a", "/b"):
        poll(add_feed(begin, origin.url(path), due_at=NOW), NOW)
    assert [each.url for each in session.exec(select(Document))] == ["http://outlet.example/x"]


def test_a_whole_text_in_the_feed_becomes_the_article(
    origin: Origin, begin: Begin, session: Session, poll: Poll, published: list[Event]
) -> None:
    text = "“We won’t stop,” she said — twice &amp; loudly. "
    origin.answers["/feed"] = answer(rss(item(content=f"<p>{text * 10}</p><p>{text * 10}</p>")))
    poll(add_feed(begin, origin.url("/feed"), due_at=NOW), NOW)
    fetch_document(1, begin=begin, fetch=no_page, now=NOW, lease=LEASE)
    article = session.exec(select(Article)).one()
    paragraph = (text * 10).strip().replace("&amp;", "&")
    assert article.text == f"{paragraph}\n\n{paragraph}"
    assert (article.text_from, article.published_from) == (TextSource.FEED, DateSource.FEED)
    assert published[-1] == ArticleIngested(article_id=article.id or 0)
    assert session.exec(select(Handoff.task)).all() == ["extract.tag_article"]


def test_an_excerpt_is_completed_from_its_page(origin: Origin, begin: Begin, session: Session, door: Door) -> None:
    paragraphs = "".join(f"<p>Part {number}. {SENTENCE * 3}</p>" for number in range(6))
    page = f"<html lang=en><head><title>T</title></head><body><article><h1>T</h1>{paragraphs}</article></body></html>"
    origin.answers |= {
        "/feed": answer(rss(item(link=origin.url("/page"), content="<p>Part 0. Read more</p>"))),
        "/page": answer(page.encode(), "Content-Type: text/html"),
    }
    fetch_feed = partial(fetcher.fetch_feed, send=door.send, parse=parse_feed, manners=MANNERS, now=NOW)
    fetch_page: FetchPage = partial(fetcher.fetch_page, send=door.send, manners=MANNERS)
    feed_id = add_feed(begin, origin.url("/feed"), due_at=NOW)
    poll_feed(feed_id, begin=begin, fetch=fetch_feed, policy=POLICY, now=NOW)
    fetch_document(1, begin=begin, fetch=fetch_page, now=NOW, lease=LEASE)
    article = session.exec(select(Article)).one()
    assert article.text_from is TextSource.PAGE
    assert "Part 5." in article.text
    assert "\n\n" in article.text


def test_a_page_that_stays_away_leaves_the_summary(origin: Origin, begin: Begin, session: Session, poll: Poll) -> None:
    origin.answers["/feed"] = answer(rss(item(content="Only an excerpt…")))
    poll(add_feed(begin, origin.url("/feed"), due_at=NOW), NOW)
    once = LeasePolicy(seconds=-1, most_attempts=2)
    with pytest.raises(TemporaryFailure):
        fetch_document(1, begin=begin, fetch=lambda url: PageLater("down"), now=NOW, lease=once)
    fetch_document(1, begin=begin, fetch=lambda url: PageLater("down"), now=NOW, lease=once)
    article = session.exec(select(Article)).one()
    assert (article.text, article.text_from) == ("Only an excerpt…", TextSource.SUMMARY)


def test_an_entry_without_any_text_is_unreadable(origin: Origin, begin: Begin, session: Session, poll: Poll) -> None:
    origin.answers["/feed"] = answer(rss(item(content="")))
    poll(add_feed(begin, origin.url("/feed"), due_at=NOW), NOW)
    fetch_document(1, begin=begin, fetch=no_page, now=NOW, lease=LEASE)
    document = session.exec(select(Document)).one()
    assert (document.state, document.reason) == (DocumentState.UNREADABLE, "no page in this test")
    assert session.exec(select(Handoff)).all() == []


def test_reading_a_document_twice_changes_nothing(origin: Origin, begin: Begin, session: Session, poll: Poll) -> None:
    origin.answers["/feed"] = answer(rss(item()))
    poll(add_feed(begin, origin.url("/feed"), due_at=NOW), NOW)
    for _ in range(2):
        fetch_document(1, begin=begin, fetch=no_page, now=NOW, lease=LEASE)
    assert len(session.exec(select(Article)).all()) == 1


def test_the_sweep_rings_for_what_is_due_and_not_twice_at_once(begin: Begin, session: Session) -> None:
    due = add_feed(begin, "http://a.example/feed", due_at=NOW)
    add_feed(begin, "http://b.example/feed", due_at=NOW + timedelta(minutes=1))
    rung: list[Event] = []
    for _ in range(2):
        find_work(begin=begin, publish=rung.append, sweep=Sweep(timedelta(seconds=60)), now=NOW)
    assert rung == [FeedDue(feed_id=due)]
    assert session.get(Heartbeat, "ingest") is not None

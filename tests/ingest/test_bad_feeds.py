"""Feeds as they should not be written, from their bytes to their rows: readable, or flagged, and never a crash."""

import gzip
import resource
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from services.ingest import fetcher
from services.ingest.feed_parser import parse_feed
from services.ingest.fetcher import Manners
from services.ingest.identity import identify
from services.ingest.values import ParsedFeed
from shared.egress import Door
from shared.tables import Document, FeedPoll
from shared.transaction import transactions
from shared.vocabulary import PollOutcome
from shared.web import Limits, Request, TooLarge
from tests.ingest.builders import add_feed, item, rss
from tests.ingest.conftest import NOW, POLICY
from tests.ingest.polls import poll_feed
from tests.shared.origin import Origin, answer

WORDS = "Разговоры о мосте"


def read(body: bytes, content_type: str = "application/xml") -> ParsedFeed:
    feed = parse_feed(body, "http://outlet.example/feed", content_type)
    assert isinstance(feed, ParsedFeed)
    return feed


def written(words: str, declared: str, encoding: str) -> bytes:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f'{head}<rss version="2.0"><channel><item><title>{words}</title></item></channel></rss>'.encode(encoding)


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        pytest.param(written(WORDS, "utf-16", "utf-16"), "application/xml", WORDS, id="UTF-16 with its mark"),
        pytest.param(written(WORDS, "utf-16le", "utf-16-le"), "application/xml", WORDS, id="UTF-16 without a mark"),
        pytest.param(written(WORDS, "utf-32", "utf-32"), "application/xml", WORDS, id="UTF-32"),
        pytest.param(written(WORDS, "koi8-r", "koi8-r"), "application/xml", WORDS, id="KOI8-R"),
        pytest.param(written("สะพาน", "tis-620", "tis-620"), "application/xml", "สะพาน", id="TIS-620"),
        pytest.param(
            written(WORDS, "foo", "utf-8"), "application/xml; charset=foo", WORDS, id="a charset nobody knows"
        ),
        pytest.param(
            written("“Ja” — naïve", "utf-8", "cp1252"), "application/xml", "“Ja” — naïve", id="not UTF-8 at all"
        ),
    ],
)
def test_a_feed_is_readable_in_its_own_letters(body: bytes, content_type: str, title: str) -> None:
    assert [entry.title for entry in read(body, content_type).entries] == [title]


def test_what_is_wrongly_encoded_is_kept_and_flagged() -> None:
    assert read(written("“Ja” — naïve", "utf-8", "cp1252")).flaw


def test_a_text_that_breaks_off_in_the_middle_of_its_quoting_ends() -> None:
    body = rss(item(1)).replace(b"</item></channel></rss>", b"<description><![CDATA[never closed")
    assert len(read(body).entries) == 1


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "0001-01-01T00:00:00Z",
        "Mon, 11 Jan 2016 08:00:00 +9999",
        "32 Jan 2016",
        "x",
        "<>",
    ],
)
def test_an_absurd_date_is_survived(date: str) -> None:
    (entry,) = read(rss(item(1, pubDate=date))).entries
    assert entry.published_at is None or entry.published_at.tzinfo is UTC


def test_two_entries_with_one_guid_are_two_and_an_empty_guid_is_none() -> None:
    entries = read(rss(item(1, guid="same"), item(2, guid="same"), item(3, guid=""), item(4, guid=" "))).entries
    assert len({candidate.key for candidate in identify(entries, feed_url="http://outlet.example/feed")}) == 4


ODD_LETTERS = "A\x00B\ufffe\u202eC\ud800" + "D" * 10


def test_letters_that_no_database_takes_are_cleaned_and_the_rest_is_stored(
    any_database: Engine, origin: Origin, door: Door
) -> None:
    begin = transactions(any_database, lambda _: None)
    odd = item(1, title="TITLE", content="<p>TITLE</p>", guid="", author="TITLE").encode()
    body = rss().replace(b"</channel>", odd + b"</channel>")
    origin.answers["/feed"] = answer(body.replace(b"TITLE", ODD_LETTERS.encode("utf-8", "surrogatepass")))
    manners = Manners("probe", Limits(total_seconds=10))
    fetch = partial(fetcher.fetch_feed, send=door.send, parse=parse_feed, manners=manners, now=NOW)
    add_feed(begin, origin.url("/feed"), due_at=NOW)
    poll_feed(1, begin=begin, fetch=fetch, policy=POLICY, now=NOW)
    with Session(any_database) as session:
        assert session.exec(select(FeedPoll.outcome)).one() is PollOutcome.NEW_ENTRIES
        title = session.exec(select(Document.title)).one()
    assert title.startswith("A")
    assert title.endswith("D" * 10)
    assert not set(title) & {"\x00", "\ufffe", "\ud800"}


def test_an_entry_that_is_dated_anew_at_every_poll_or_ahead_of_time_is_one(
    origin: Origin, door: Door, database: Engine
) -> None:
    begin = transactions(database, lambda _: None)
    manners = Manners("probe", Limits(total_seconds=10))
    fetch = partial(fetcher.fetch_feed, send=door.send, parse=parse_feed, manners=manners, now=NOW)
    add_feed(begin, origin.url("/feed"), due_at=NOW)
    for days in range(4):
        moment = NOW + timedelta(days=days + 3)
        origin.answers["/feed"] = answer(rss(item(1, pubDate=f"{moment:%a, %d %b %Y %H:%M:%S} GMT")))
        poll_feed(1, begin=begin, fetch=fetch, policy=POLICY, now=NOW + timedelta(days=days))
    with Session(database) as session:
        assert session.exec(select(Document.published_at)).one() is not None


def test_a_bomb_of_ten_gigabytes_costs_little_memory(origin: Origin, door: Door) -> None:
    layer = gzip.compress(b"\0" * 100_000_000, 9)
    bomb = b"".join([layer] * 100)  # a hundred members, ten thousand million bytes
    origin.answers["/bomb"] = answer(bomb, "Content-Encoding: gzip")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    limits = Limits(total_seconds=30)
    assert isinstance(door.send(Request(origin.url("/bomb")), limits), TooLarge)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@pytest.mark.parametrize("seconds", ["315360000", "1e99", "-5", "inf", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_an_absurd_wish_to_be_left_alone_is_bounded(origin: Origin, door: Door, database: Engine, seconds: str) -> None:
    begin = transactions(database, lambda _: None)
    origin.answers["/feed"] = answer(b"", f"Retry-After: {seconds}", status="429 Too Many Requests")
    manners = Manners("probe", Limits(total_seconds=10))
    fetch = partial(fetcher.fetch_feed, send=door.send, parse=parse_feed, manners=manners, now=datetime.now(UTC))
    add_feed(begin, origin.url("/feed"), due_at=NOW)
    poll_feed(1, begin=begin, fetch=fetch, policy=POLICY, now=NOW)
    with Session(database) as session:
        assert timedelta(minutes=5) <= session.exec(select(FeedPoll.next_poll_at)).one() - NOW <= timedelta(days=30)

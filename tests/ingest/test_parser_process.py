"""A feed that is made to hurt its reader costs one answer; the next feed is read as if nothing had been."""

from collections.abc import Iterator

import pytest

from services.ingest.parser_process import ParserProcess
from services.ingest.values import NotAFeed, ParsedFeed
from tests.ingest.builders import item, rss


@pytest.fixture(scope="module")
def parser() -> Iterator[ParserProcess]:
    parser = ParserProcess(most_seconds=20)
    yield parser
    parser.close()


def parse(parser: ParserProcess, body: bytes) -> ParsedFeed | NotAFeed:
    return parser.parse(body, "http://outlet.example/feed", "application/xml")


def test_a_feed_comes_through_whole(parser: ParserProcess) -> None:
    feed = parse(parser, rss(item(1, title="“Quoted” — naïve"), item(2)))
    assert isinstance(feed, ParsedFeed)
    assert [entry.title for entry in feed.entries] == ["“Quoted” — naïve", "Headline 2"]
    assert all(entry.published_at and entry.published_at.tzinfo for entry in feed.entries)


BILLION = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">' + BILLION + b"]><rss><channel>&l9;</channel></rss>"
BLOW_UP = b'<!DOCTYPE r [<!ENTITY a "' + b"a" * 50_000 + b'">]><rss><channel><title>' + b"&a;" * 50_000
OUTSIDE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&x;</title>'
PARAMETER = b'<!DOCTYPE r [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><rss version="2.0"><channel><title>t</title>'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(LAUGHS, id="billion laughs"),
        pytest.param(BLOW_UP, id="quadratic blow-up"),
        pytest.param(OUTSIDE, id="external entity"),
        pytest.param(PARAMETER, id="parameter entity"),
        pytest.param(b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><rss><channel/></rss>', id="foreign dtd"),
        pytest.param(b"<rss><channel>" + b"<a>" * 200_000, id="nested 200,000 deep"),
        pytest.param(b'<rss x="' + b"a" * 8_000_000 + b'"><channel/></rss>', id="an attribute of 8 MB"),
        pytest.param(b"/etc/passwd", id="a file's name"),
        pytest.param(b"http://127.0.0.1:6379/", id="an address"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xef\xbb\xbf", id="only a byte order mark"),
        pytest.param(b" \n\t ", id="only blanks"),
        pytest.param(b"<!doctype html><html><title>Log in</title></html>", id="a web page"),
        pytest.param(b"{" * 100_000, id="nested JSON"),
        pytest.param(b'{"version": "https://jsonfeed.org/version/1", "items": 3}', id="JSON Feed with odd items"),
    ],
)
def test_a_hostile_body_gives_no_entries_and_the_next_feed_is_read(parser: ParserProcess, body: bytes) -> None:
    answer = parse(parser, body)
    assert isinstance(answer, NotAFeed) or answer.entries == ()
    assert "root:" not in repr(answer)
    assert isinstance(parse(parser, rss(item())), ParsedFeed)


def test_a_feed_that_holds_the_parser_is_cut_off() -> None:
    parser = ParserProcess(most_seconds=0.5)
    assert isinstance(parse(parser, rss(item())), ParsedFeed | NotAFeed)
    author = "<author>a@" + "a." * 32_000 + "!</author>"
    slow = rss(item()).replace(b"</item>", author.encode() + b"</item>")
    answer = parse(parser, slow)
    assert isinstance(answer, NotAFeed)
    assert "seconds" in answer.reason
    parser.close()


def test_of_a_hundred_thousand_entries_the_first_are_read(parser: ParserProcess) -> None:
    items = "".join(f"<item><guid>{number}</guid></item>" for number in range(100_000))
    feed = parse(parser, rss(items))
    assert isinstance(feed, ParsedFeed)
    assert len(feed.entries) == 5_000
    assert "5000" in feed.flaw


def test_an_entry_of_nine_megabytes_is_cut(parser: ParserProcess) -> None:
    feed = parse(parser, rss(item(content="word " * 1_800_000)))
    assert isinstance(feed, ParsedFeed)
    assert len(feed.entries[0].content) <= 1_000_000

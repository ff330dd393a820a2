"""A page in a feed's place says where the feeds are."""

import pytest

from services.ingest.feed_parser import parse_feed
from services.ingest.links import header_links
from services.ingest.values import NotAFeed

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
    answer = parse_feed(page, "http://outlet.example/", "text/html")
    assert isinstance(answer, NotAFeed)
    assert answer.offers == offers


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

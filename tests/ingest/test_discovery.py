"""A page in a feed's place says where the feeds are."""

import pytest

from services.ingest.feed_parser import parse_feed
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

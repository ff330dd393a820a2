"""JSON Feed documents give the same entries as any other."""

import json
from datetime import UTC, datetime

import pytest

from services.ingest.feed_parser import parse_feed
from services.ingest.values import NotAFeed, ParsedFeed

URL = "http://outlet.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def test_an_entry_is_read() -> None:
    item = {
        "id": 7,
        "url": "/seven",
        "title": "Seven &amp; more",
        "content_html": "<p>Text</p>",
        "authors": [{"name": "A. Writer"}],
        "date_published": "2016-01-07T15:00:00-05:00",
    }
    feed = parse_feed(json.dumps({"version": VERSION, "title": "Outlet", "items": [item, "odd"]}).encode(), URL, "")
    assert isinstance(feed, ParsedFeed)
    (entry,) = feed.entries
    assert (entry.guid, entry.link, entry.byline) == ("7", "http://outlet.example/seven", "A. Writer")
    assert entry.published_at == datetime(2016, 1, 7, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"version": "1"}', id="another JSON"),
        pytest.param(b"{not json", id="not JSON"),
        pytest.param(b"{}", id="empty"),
    ],
)
def test_what_is_no_json_feed_says_so(body: bytes) -> None:
    assert isinstance(parse_feed(body, URL, "application/json"), NotAFeed)

"""OPML lists come in within bounds and go out so that they come in again."""

import pytest

from services.ingest.opml import OpmlFeed, read_opml, write_opml
from shared.failures import UserMistake


def opml(outlines: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{outlines}</body></opml>'.encode()


def test_what_is_written_is_read_again() -> None:
    feeds = (OpmlFeed("https://a.example/feed?x=1&y=2", 'A "quoted" <name>'), OpmlFeed("http://b.example/", "B"))
    assert read_opml(write_opml(feeds)) == feeds


def test_feeds_in_folders_are_found_each_once() -> None:
    feed = '<outline text="A" xmlUrl="http://a.example/feed"/>'
    assert read_opml(opml(f'<outline text="Folder">{feed}{feed}</outline>')) == (
        OpmlFeed("http://a.example/feed", "A"),
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "feed.xml"])
def test_what_is_no_web_address_is_left_out(url: str) -> None:
    assert read_opml(opml(f'<outline text="A" xmlUrl="{url}"/>')) == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "well-formed", id="empty"),
        pytest.param(b"<rss/>", "no OPML", id="another document"),
        pytest.param(b"<opml><body>", "well-formed", id="cut short"),
        pytest.param(opml("<outline>" * 1_000 + "</outline>" * 1_000), "levels", id="nested a thousand deep"),
        pytest.param(opml("".join(f'<outline xmlUrl="http://a/{n}"/>' for n in range(50_000))), "MB|more", id="50,000"),
        pytest.param(b'<!DOCTYPE o [<!ENTITY a "b">]><opml><body>&a;</body></opml>', "entities", id="entity bomb"),
    ],
)
def test_a_bad_list_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(UserMistake, match=reason):
        read_opml(body)

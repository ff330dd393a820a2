"""Reading RSS, Atom and JSON Feed documents, well formed or not, into entries."""

import calendar
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import feedparser

from services.ingest import json_feed, links
from services.ingest.discovery import feeds_offered
from services.ingest.plain_text import clean, one_line
from services.ingest.values import Entry, FeedLinks, NotAFeed, ParsedFeed

MOST_ENTRIES = 5_000
LONGEST_CONTENT = 1_000_000
LONGEST_TITLE = 500
LONGEST_NAME = 200
LONGEST_ID = 2_000
HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
MOST_TAGS_UNCLOSED = 10_000
END_OF_ENTRY = re.compile(rb"</(?:item|entry)>")


def parse_feed(body: bytes, url: str, content_type: str) -> ParsedFeed | NotAFeed:
    """Read a feed document that came from `url`; its text is never taken for a name or an address to open."""
    start = body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:512]
    if not start:
        return NotAFeed("the answer is empty")
    if start.startswith(b"{"):
        return json_feed.parse(body, url=url)
    if max(part.count(b"<") for part in body.split(b"</")) > MOST_TAGS_UNCLOSED:
        return NotAFeed("it is nested too deeply")  # feedparser's time grows with the square of the depth
    document = feedparser.parse(
        io.BytesIO(_without_surplus(body)),
        response_headers={"content-location": url, "content-type": content_type or "application/xml"},
        sanitize_html=False,  # slow, and what is kept is made plain text later
        resolve_relative_uris=False,
    )
    if not document.get("version") and not document.entries:
        return _no_feed(start, body, url)
    return _feed(document, url)


def _feed(document: Any, url: str) -> ParsedFeed:
    channel = document.feed
    title = one_line(_text(channel, "title"))[:LONGEST_NAME]
    flaws = [type(document.bozo_exception).__name__] if document.get("bozo") else []
    if len(document.entries) >= MOST_ENTRIES:
        flaws.append(f"only the first {MOST_ENTRIES} entries are read")
    return ParsedFeed(
        title=title,
        language=_text(channel, "language")[:35].lower(),
        entries=tuple(_entry(item, outlet=title) for item in document.entries[:MOST_ENTRIES]),
        lifetime=_lifetime(channel),
        flaw=", ".join(flaws),
        links=_links(document, url),
    )


def _links(document: Any, url: str) -> FeedLinks:
    written = document.feed.get("links", ())[: links.MOST_LINKS]
    found = [links.link(_text(each, "href"), _text(each, "rel"), base=url) for each in written]
    history = next((prefix for prefix, name in document.namespaces.items() if name == HISTORY), "fh")
    maker = f"{_text(document.feed, 'generator')} {_text(document.feed.get('generator_detail') or {}, 'href')}"
    return replace(
        links.feed_links(link for link in found if link is not None),
        is_complete=f"{history}_complete" in document.feed,
        is_wordpress="wordpress" in maker.lower(),
    )


def _entry(item: Any, *, outlet: str) -> Entry:
    source = item.get("source") or {}
    return Entry(
        guid=clean(_text(item, "id")).strip()[:LONGEST_ID],
        link=clean(_text(item, "link")).strip(),
        title=one_line(_text(item, "title"))[:LONGEST_TITLE],
        byline=_byline(item),
        outlet=one_line(_text(source, "title"))[:LONGEST_NAME] or outlet,
        content=clean(_content(item)[:LONGEST_CONTENT]),
        published_at=_moment(item.get("published_parsed") or item.get("updated_parsed")),
        updated_at=_moment(dict.get(item, "updated_parsed")),  # feedparser's own `get` answers with `published`
    )


def _content(item: Any) -> str:
    """Return the fullest text of an item: feeds put the article in `content` or, as often, in the summary."""
    texts = [_text(part, "value") for part in item.get("content", ())]
    return max([*texts, _text(item, "summary")], key=len)


def _byline(item: Any) -> str:
    detail = item.get("author_detail") or {}
    return one_line(_text(detail, "name") or _text(item, "author"))[:LONGEST_NAME]


def _moment(parsed: Any) -> datetime | None:
    """Return feedparser's parsed time (UTC) as a moment; None where it lies outside what a calendar holds."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _lifetime(channel: Any) -> timedelta | None:
    minutes = _text(channel, "ttl").strip()
    return timedelta(minutes=int(minutes)) if minutes.isdecimal() and len(minutes) < 7 else None


def _without_surplus(body: bytes) -> bytes:
    """Cut entries beyond the most we read, which in a feed are the oldest; they would only cost the parser its time."""
    ends = [end.end() for end in islice(END_OF_ENTRY.finditer(body), MOST_ENTRIES)]
    if len(ends) < MOST_ENTRIES:
        return body
    last = max(body.rfind(b"</item>"), body.rfind(b"</entry>"))
    return body[: ends[-1]] + body[body.index(b">", last) + 1 :]


def _text(holder: Any, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _no_feed(start: bytes, body: bytes, url: str) -> NotAFeed:
    if b"<!doctype html" in start.lower() or b"<html" in start.lower():
        return NotAFeed("no feed in it: a web page", feeds_offered(body, url=url))
    return NotAFeed("no feed in it: neither RSS, Atom nor JSON Feed")

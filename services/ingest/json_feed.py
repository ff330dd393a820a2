"""Reading JSON Feed 1.0 and 1.1 documents into entries."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from services.ingest.links import feed_links, link
from services.ingest.plain_text import clean, one_line
from services.ingest.values import Entry, FeedLinks, NotAFeed, ParsedFeed

MOST_ENTRIES = 5_000
MOST_HUBS = 10
LONGEST_CONTENT = 1_000_000
VERSION = "jsonfeed.org/version/"


def parse(body: bytes, *, url: str) -> ParsedFeed | NotAFeed:
    """Read a JSON Feed that came from `url`."""
    try:
        document = json.loads(body.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return NotAFeed("it begins like JSON but is not")
    if not isinstance(document, dict) or VERSION not in _text(document, "version"):
        return NotAFeed("it is JSON but no JSON Feed")
    items = document.get("items")
    title = one_line(_text(document, "title"))
    listed = items[:MOST_ENTRIES] if isinstance(items, list) else []
    return ParsedFeed(
        title=title,
        language=_text(document, "language").lower(),
        entries=tuple(_entry(item, url=url, outlet=title) for item in listed if isinstance(item, dict)),
        links=_links(document, url),
    )


def _links(document: dict[str, Any], url: str) -> FeedLinks:
    hubs = document.get("hubs")
    listed = hubs[:MOST_HUBS] if isinstance(hubs, list) else []
    written = [(_text(hub, "url"), "hub") for hub in listed if isinstance(hub, dict) and _speaks_websub(hub)]
    written += [(_text(document, "feed_url"), "self"), (_text(document, "next_url"), "next")]
    found = (link(target, relation, base=url) for target, relation in written if target)
    return feed_links(each for each in found if each is not None)


def _speaks_websub(hub: dict[str, Any]) -> bool:
    return _text(hub, "type").lower() in {"websub", "pubsubhubbub"}


def _entry(item: dict[str, Any], *, url: str, outlet: str) -> Entry:
    link = _text(item, "url") or _text(item, "external_url")
    texts = (_text(item, "content_html"), _text(item, "content_text"), _text(item, "summary"))
    return Entry(
        guid=clean(_identifier(item))[:2_000],
        link=_joined(url, link),
        title=one_line(_text(item, "title"))[:500],
        byline=", ".join(filter(None, (one_line(_text(author, "name")) for author in _authors(item))))[:200],
        outlet=outlet,
        content=clean(next(filter(None, texts), "")[:LONGEST_CONTENT]),
        published_at=_moment(_text(item, "date_published") or _text(item, "date_modified")),
        updated_at=_moment(_text(item, "date_modified")),
    )


def _joined(base: str, link: str) -> str:
    try:
        return clean(urljoin(base, link)) if link else ""
    except ValueError:
        return ""


def _identifier(item: dict[str, Any]) -> str:
    """Return the item's id; early writers used numbers."""
    identifier = item.get("id")
    return str(identifier) if isinstance(identifier, str | int | float) else ""


def _authors(item: dict[str, Any]) -> list[dict[str, Any]]:
    authors = item.get("authors") or [item.get("author")]
    return [author for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""

"""Finding the feeds that a web page offers, in its head or in the header of the answer that brought it."""

from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import urljoin

from services.ingest.links import Link, header_links, link
from shared.web import Headers

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
MOST_BYTES = 256 * 1024  # a page's head ends long before
MOST_LINKS = 500
MOST_OFFERS = 10
COMMENTS = "comment"


def feeds_offered(page: bytes, *, url: str) -> tuple[str, ...]:
    """Return the addresses of the feeds that a page links to, the best first."""
    reader = _LinkReader()
    reader.feed(page[:MOST_BYTES].decode("utf-8", "replace"))
    base = _joined(url, reader.base)
    links = (link(target, rel, base=base, kind=kind, title=title) for target, rel, kind, title in reader.links)
    return _best_first(each for each in links if each is not None)


def with_header(offers: tuple[str, ...], headers: Headers, *, url: str) -> tuple[str, ...]:
    """Put the feeds that an answer's header names before those of its page."""
    return tuple(dict.fromkeys((*_best_first(header_links(headers, base=url)), *offers)))[:MOST_OFFERS]


def _best_first(links: Iterable[Link]) -> tuple[str, ...]:
    """Order feeds as they are named, but those of comments last: whoever names a page wants its articles."""
    feeds = [each for each in links if each.kind in FEED_TYPES and "alternate" in each.relations]
    feeds.sort(key=lambda each: COMMENTS in each.title.lower() or COMMENTS in each.target.lower())
    return tuple(dict.fromkeys(each.target for each in feeds))[:MOST_OFFERS]


class _LinkReader(HTMLParser):
    """Collects `<link>` elements as target, relation, type and title, and the page's own base address."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.links: list[tuple[str, str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "base":
            self.base = self.base or given.get("href", "").strip()
        if tag == "link" and len(self.links) < MOST_LINKS and given.get("href"):
            self.links.append((given["href"], given.get("rel", ""), given.get("type", ""), given.get("title", "")))


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        return base

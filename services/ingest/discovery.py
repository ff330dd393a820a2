"""Finding the feeds that a web page offers in its head."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from services.ingest.urls import canonical_url

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
MOST_BYTES = 256 * 1024  # a page's head ends long before
MOST_OFFERS = 10


def feeds_offered(page: bytes, *, url: str) -> tuple[str, ...]:
    """Return the addresses of the feeds that a page links to, in its order."""
    reader = _LinkReader()
    reader.feed(page[:MOST_BYTES].decode("utf-8", "replace"))
    base = _joined(url, reader.base)
    offers = (_joined(base, target) for target in reader.targets)
    return tuple(dict.fromkeys(offer for offer in offers if canonical_url(offer)))[:MOST_OFFERS]


class _LinkReader(HTMLParser):
    """Collects `<link rel=alternate>` of feed types, and the page's own base address."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        target = given.get("href", "").strip()
        if tag == "base":
            self.base = self.base or target
        kind = given.get("type", "").lower().partition(";")[0].strip()
        if tag == "link" and kind in FEED_TYPES and "alternate" in given.get("rel", "").lower().split():
            self.targets.append(target)


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        return ""

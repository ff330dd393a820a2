"""Reading sitemaps and indexes of sitemaps (sitemaps.org 0.9, with Google's news extension)."""

import io
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, ParseError, iterparse

from services.ingest.plain_text import clean, one_line
from services.ingest.urls import canonical_url
from services.ingest.values import Listed, NotAFeed, Sitemap

MOST_LISTED = 50_000  # the protocol's own limit
LONGEST_TITLE = 500
ONE_DAY = timedelta(days=1)


def parse_sitemap(body: bytes) -> Sitemap | NotAFeed:
    """Read a sitemap; what declares entities is refused, and one that breaks off keeps what came before."""
    head = body[:4096].lower()
    if b"<!doctype" in head or b"<!entity" in body.lower():
        return NotAFeed("no sitemap: it declares entities or is a web page")
    pages: list[Listed] = []
    sitemaps: list[Listed] = []
    try:
        for _, element in iterparse(io.BytesIO(body)):  # noqa: S314  (in a process with limits, without entities)
            name = _name(element)
            if name not in ("url", "sitemap"):
                continue
            found = _listed(element)
            element.clear()
            if found is not None:
                (pages if name == "url" else sitemaps).append(found)
            if len(pages) + len(sitemaps) >= MOST_LISTED:
                break
    except (ParseError, LookupError, ValueError) as error:
        if not pages and not sitemaps:
            return NotAFeed(f"no sitemap: {error}")
    return Sitemap(tuple(pages), tuple(sitemaps))


def _listed(element: Element) -> Listed | None:
    written: dict[str, str] = {}
    for part in element.iter():
        if part.text and part.text.strip():
            written.setdefault(_name(part), part.text.strip())
    url = clean(written.get("loc", ""))
    if not canonical_url(url):
        return None
    return Listed(
        url=url,
        changed_at=_moment(written.get("lastmod", "")),
        published_at=_moment(written.get("publication_date", "")),
        title=one_line(clean(written.get("title", "")))[:LONGEST_TITLE],
    )


def _moment(written: str) -> datetime | None:
    """Read a W3C date; a day without an hour counts as its end, since it says that something changed by then."""
    try:
        moment = datetime.fromisoformat(written)
        aware = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return aware + ONE_DAY - timedelta(seconds=1) if len(written) <= 10 else aware
    except (ValueError, OverflowError):
        return None


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()

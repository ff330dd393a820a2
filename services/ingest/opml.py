"""Reading and writing OPML lists of feeds, from strangers and for other readers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from services.ingest.plain_text import clean, single_spaced
from services.ingest.urls import canonical_url
from shared.failures import UserMistake

MOST_BYTES = 2 * 1024 * 1024
MOST_FEEDS = 5_000
DEEPEST = 50
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """A feed as an OPML list names it."""

    url: str
    name: str = ""


def read_opml(body: bytes) -> tuple[OpmlFeed, ...]:
    """Return the feeds of an OPML document, each once, in its order; `UserMistake` says why it cannot be read."""
    if len(body) > MOST_BYTES:
        raise UserMistake(f"the OPML file is larger than {MOST_BYTES // 1024 // 1024} MB")
    if b"<!doctype" in body.lower() or b"<!entity" in body.lower():
        raise UserMistake("the OPML file declares entities, which no list of feeds needs")
    feeds: dict[str, OpmlFeed] = {}
    for outline in _outlines(body):
        # The address stays as the list writes it: it is the user's own choice, trackers and all.
        url = outline.get("xmlUrl", "").strip()
        if canonical_url(url):
            name = single_spaced(clean(outline.get("title") or outline.get("text") or ""))[:LONGEST_NAME]
            feeds.setdefault(url, OpmlFeed(url, name))
        if len(feeds) > MOST_FEEDS:
            raise UserMistake(f"the OPML file names more than {MOST_FEEDS} feeds")
    return tuple(feeds.values())


def write_opml(feeds: Iterable[OpmlFeed], *, title: str = "stancewatch feeds") -> bytes:
    """Write feeds as an OPML 2.0 document."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = title
    body = SubElement(root, "body")
    for feed in feeds:
        name = feed.name or feed.url
        SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=feed.url)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _outlines(body: bytes) -> Iterator[Element]:
    try:
        root = fromstring(body)  # noqa: S314  (what declares entities was refused above)
    except ParseError as error:
        raise UserMistake(f"the OPML file is not well-formed XML ({error})") from error
    if root.tag != "opml":
        raise UserMistake("the file is XML but no OPML")
    waiting = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        if depth > DEEPEST:
            raise UserMistake(f"the OPML file is nested more than {DEEPEST} levels deep")
        if element.tag == "outline":
            yield element
        waiting += [(child, depth + 1) for child in reversed(element)]

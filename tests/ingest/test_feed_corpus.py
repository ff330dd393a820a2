"""The documents that feedparser is tested with, through our whole parser: each comment says what to expect."""

import ast
import calendar
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.ingest.feed_parser import parse_feed
from services.ingest.plain_text import paragraphs_of
from services.ingest.values import ParsedFeed

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "third-party" / "feeds" / "feedparser"
CLAIM = re.compile(
    r"(?:entries\[(\d+)\]|feed)((?:\[(?:'\w+'|\"\w+\"|\d+)\])+) == (.+?)(?: and (?:not )?(?:entries|feed|bozo|len)|$)"
)
SLOWEST_SECONDS = 5
# What of feedparser's fields becomes which of ours; an entry's whole text is words, without its markup.
OF_ENTRY = {
    "title": "title",
    "title_detail value": "title",
    "link": "link",
    "id": "guid",
    "guid": "guid",
    "published_parsed": "published_at",
    "updated_parsed": "published_at",
    "description": "content",
    "summary": "content",
    "summary_detail value": "content",
    "content 0 value": "content",
    "author": "byline",
    "author_detail name": "byline",
    "source title": "outlet",
}
OF_FEED = {"title": "title", "title_detail value": "title", "language": "language"}

# Files whose claim we do not keep, with the reason.
WITHIN = "what stands within an <object> or an <iframe> is no text of ours"
EXCEPTIONS = {
    "channel_title.xml": "CDF, which has no entries, is no feed of ours",
    "entry_author_map_author.xml": "a byline is the author's name without the address",
    "entry_content_and_summary.xml": "of content and summary the fuller one is the entry's text",
    "item_summary_and_description.xml": "of content and summary the fuller one is the entry's text",
    "entry_id_no_normalization_4.xml": "feedparser itself writes the scheme of an id small once it knows a base",
    "entry_id_with_attributes.xml": "a relative id is joined to the feed's address, which the document's claim lacks",
    "http_entry_id_base_content_location.xml": "claims what another Content-Location header would give",
    "http_item_link_base_content_location.xml": "claims what another Content-Location header would give",
    "http_content_language.xml": "claims what a Content-Language header would give",
    "item_description_not_a_doctype.xml": "half a doctype is no text",
    "item_content_encoded_script_nested_cdata.xml": "the beginning of a CDATA section is no text",
    "xml_malicious_comment.xml": "broken comments, of which feedparser's sanitiser leaves another rest",
    "xml_unclosed_comment.xml": "broken comments, of which feedparser's sanitiser leaves another rest",
    "entry_content_iframe.xml": WITHIN,
    "entry_summary_iframe.xml": WITHIN,
    "item_content_encoded_iframe.xml": WITHIN,
    "item_description_iframe.xml": WITHIN,
    "item_fullitem_iframe.xml": WITHIN,
}
connections: list[str] = []

if not CORPUS.is_dir():
    pytest.skip(f"NOT TESTED: the feed documents are not at hand ({CORPUS})", allow_module_level=True)


def documents() -> Iterator[tuple[Path, bytes]]:
    for path in sorted(CORPUS.rglob("*.xml")):
        yield path, path.read_bytes()


def test_every_document_is_read_in_time_and_without_a_crash() -> None:
    slow: list[str] = []
    kinds: Counter[str] = Counter()
    sys.addaudithook(_note_connections)  # which cannot be taken away again, and costs the other tests nothing
    for path, body in documents():
        began = time.process_time()
        kinds[type(parse_feed(body, "http://outlet.example/feed", "application/xml")).__name__] += 1
        if time.process_time() - began > SLOWEST_SECONDS:
            slow.append(path.name)
    assert slow == []
    assert connections == []
    assert kinds.total() == 2_106
    assert kinds["ParsedFeed"] >= 2_090


def _note_connections(event: str, args: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo"}:
        connections.append(f"{event} {args[1:]}")


def test_the_fields_we_keep_are_as_each_document_claims() -> None:
    broken: list[str] = []
    checked: Counter[str] = Counter()
    for path, body in documents():
        claims = list(_claims(body))
        if not claims or path.name in EXCEPTIONS:
            continue
        feed = parse_feed(body, "http://127.0.0.1:8097/", "application/xml")
        assert isinstance(feed, ParsedFeed), path.name
        for number, field, expected in claims:
            found = getattr(feed if number is None else feed.entries[number], field)
            checked[field] += 1
            ours = " ".join(paragraphs_of(found)) if field == "content" else found  # the others are plain already
            if ours != _as_ours(field, expected):
                broken.append(f"{path.name}: {field} is {found!r}, not {expected!r}")
    assert broken == []
    assert checked["content"] > 600
    assert checked.total() > 1_100


def _claims(body: bytes) -> Iterator[tuple[int | None, str, object]]:
    line = re.search(rb"Expect:\s*(.+)", body)
    text = line.group(1).decode("utf-8", "replace").strip() if line else ""
    for number, path, literal in CLAIM.findall(text):
        field = (OF_ENTRY if number else OF_FEED).get(" ".join(re.findall(r"\w+", path)))
        try:
            if field is not None:
                yield int(number) if number else None, field, ast.literal_eval(literal)
        except (ValueError, SyntaxError):
            continue  # an expression, not a value


def _as_ours(field: str, value: object) -> object:
    """Return a claimed value as we would keep it: moments in UTC, texts without markup."""
    match value:
        case tuple():
            return datetime.fromtimestamp(calendar.timegm(value), UTC)
        case str() if field in {"title", "byline", "outlet", "content"}:
            return " ".join(paragraphs_of(value))
        case str():
            return value.strip().lower() if field == "language" else value.strip()
    return value

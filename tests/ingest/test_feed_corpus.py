"""The documents that feedparser is tested with, through our whole parser: each comment says what to expect."""

import ast
import calendar
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.ingest.feed_parser import parse_feed
from services.ingest.plain_text import one_line
from services.ingest.values import Entry, ParsedFeed

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "third-party" / "feeds" / "feedparser"
CLAIM = re.compile(r"entries\[(\d+)\]\[['\"](title|link|id|published_parsed|updated_parsed)['\"]\] == (.+?)(?: and |$)")
SLOWEST_SECONDS = 5

# Files whose claim we do not keep, with the reason.
EXCEPTIONS = {
    "entry_id_no_normalization_4.xml": "feedparser itself writes the scheme of an id small once it knows a base",
    "entry_id_with_attributes.xml": "a relative id is joined to the feed's address, which the document's claim lacks",
    "http_entry_id_base_content_location.xml": "claims what another Content-Location header would give",
    "http_item_link_base_content_location.xml": "claims what another Content-Location header would give",
    "entry_title_object.xml": "what stands within an <object> is no text of ours",
}

if not CORPUS.is_dir():
    pytest.skip(f"NOT TESTED: the feed documents are not at hand ({CORPUS})", allow_module_level=True)


def documents() -> Iterator[tuple[Path, bytes]]:
    for path in sorted(CORPUS.rglob("*.xml")):
        yield path, path.read_bytes()


def test_every_document_is_read_in_time_and_without_a_crash() -> None:
    slow: list[str] = []
    kinds: Counter[str] = Counter()
    for path, body in documents():
        began = time.process_time()
        kinds[type(parse_feed(body, "http://outlet.example/feed", "application/xml")).__name__] += 1
        if time.process_time() - began > SLOWEST_SECONDS:
            slow.append(path.name)
    assert slow == []
    assert kinds.total() == 2_106
    assert kinds["ParsedFeed"] >= 2_090


def test_the_fields_we_keep_are_as_each_document_claims() -> None:
    broken: list[str] = []
    checked = 0
    for path, body in documents():
        claims = list(_claims(body))
        if not claims or path.name in EXCEPTIONS:
            continue
        feed = parse_feed(body, "http://127.0.0.1:8097/", "application/xml")
        assert isinstance(feed, ParsedFeed), path.name
        for number, field, expected in claims:
            checked += 1
            if not _holds(feed.entries[number], field, expected):
                broken.append(f"{path.name}: {field} is not {expected!r}")
    assert broken == []
    assert checked > 100


def _claims(body: bytes) -> Iterator[tuple[int, str, object]]:
    line = re.search(rb"Expect:\s*(.+)", body)
    text = line.group(1).decode("utf-8", "replace").strip() if line else ""
    for number, field, literal in CLAIM.findall(text):
        try:
            yield int(number), field, ast.literal_eval(literal)
        except (ValueError, SyntaxError):
            continue


def _holds(entry: Entry, field: str, expected: object) -> bool:
    match field:
        case "title":
            return entry.title == one_line(str(expected))
        case "link":
            return entry.link == str(expected).strip()
        case "id":
            return entry.guid == str(expected).strip()
        case _:
            assert isinstance(expected, tuple)
            return entry.published_at == datetime.fromtimestamp(calendar.timegm(expected), UTC)

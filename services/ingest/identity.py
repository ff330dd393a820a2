"""Which article an entry is, whatever its feed does to guids, links and dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from services.ingest.stories import text_hash
from services.ingest.urls import canonical_url
from services.ingest.values import Entry

LONGEST_KEY = 500  # characters; a longer one would not fit into PostgreSQL's unique index


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry with its identity within its feed and the address of its page."""

    key: str
    url: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Resemblance:
    """What is left to know an entry by when its guid and its link have changed."""

    title: str
    published_at: datetime | None
    content_hash: str


def identify(entries: Iterable[Entry], *, feed_url: str) -> tuple[Candidate, ...]:
    """Give each entry its key: guid, else link, else title and date; a guid that repeats is joined by the link."""
    found: dict[str, Candidate] = {}
    for entry in entries:
        url = canonical_url(entry.link, base=feed_url) or canonical_url(entry.guid)
        key = _bounded(_without_scheme(entry.guid) or _without_scheme(url) or _title_and_date(entry))
        if key in found and found[key].url != url:
            key = _bounded(f"{key}|{_without_scheme(url) or _title_and_date(entry)}")
        found.setdefault(key, Candidate(key, url or f"{feed_url}#{_digest(key)}", entry))
    return tuple(found.values())


def resembles(candidate: Candidate, known: Resemblance) -> bool:
    """Tell whether an entry under a new guid and link is one we know: the same title at the same moment.

    Feeds change guids, hosts and slugs of what they published long ago. Without a date the text must be the same.
    """
    entry = candidate.entry
    if not entry.title or entry.title != known.title:
        return False
    if entry.published_at is None or known.published_at is None:
        return bool(entry.content) and text_hash(entry.content) == known.content_hash
    return entry.published_at == known.published_at


def _without_scheme(address: str) -> str:
    """Drop the scheme of a web address, so that a feed's move to https changes nothing."""
    return address.removeprefix("https://").removeprefix("http://")


def _title_and_date(entry: Entry) -> str:
    moment = entry.published_at.isoformat() if entry.published_at else ""
    return _digest(f"{entry.title}|{moment}" if entry.title or moment else entry.content)


def _bounded(key: str) -> str:
    return key if len(key) <= LONGEST_KEY else _digest(key)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]

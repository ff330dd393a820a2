"""Which article an entry is, whatever its feed does to guids, links and dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from services.ingest.urls import canonical_url
from services.ingest.values import Entry


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry with its identity within its feed and the address of its page."""

    key: str
    url: str
    entry: Entry


def identify(entries: Iterable[Entry], *, feed_url: str) -> tuple[Candidate, ...]:
    """Give each entry its key: guid, else link, else title and date; a guid that repeats is joined by the link."""
    found: dict[str, Candidate] = {}
    for entry in entries:
        url = canonical_url(entry.link, base=feed_url) or canonical_url(entry.guid)
        key = _without_scheme(entry.guid) or _without_scheme(url) or _title_and_date(entry)
        if key in found and found[key].url != url:
            key = f"{key}|{_without_scheme(url) or _title_and_date(entry)}"
        found.setdefault(key, Candidate(key, url or f"{feed_url}#{_digest(key)}", entry))
    return tuple(found.values())


def _without_scheme(address: str) -> str:
    """Drop the scheme of a web address, so that a feed's move to https changes nothing."""
    return address.removeprefix("https://").removeprefix("http://")


def _title_and_date(entry: Entry) -> str:
    moment = entry.published_at.isoformat() if entry.published_at else ""
    return _digest(f"{entry.title}|{moment}" if entry.title or moment else entry.content)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]

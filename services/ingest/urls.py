"""The one address of a page that many addresses lead to."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from services.ingest.word_lists import words

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 2_000  # bytes as written; PostgreSQL's unique indexes hold 2,704 in all
WHOLE = re.compile(r"https?://[^/?#]")
SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"


def canonical_url(link: str, *, base: str = "") -> str:
    """Return the address without trackers, fragment and accidents of writing; empty where it is no web address."""
    written = link.strip()
    try:
        # nearly all are whole, and joining takes much of the time here
        parts = urlsplit(written if WHOLE.match(written) else urljoin(base, written))
        host, port = parts.hostname, parts.port
        query = _without_trackers(parts.query)
    except ValueError:
        return ""
    if not written or parts.scheme not in DEFAULT_PORTS or not host or parts.username:
        return ""
    place = f"[{host}]" if ":" in host else host.rstrip(".")
    if port and port != DEFAULT_PORTS[parts.scheme]:
        place += f":{port}"
    address = urlunsplit((parts.scheme, place, quote(parts.path, SAFE_IN_PATH, errors="replace") or "/", query, ""))
    return address if len(address.encode("utf-8", "replace")) <= LONGEST else ""


@lru_cache(maxsize=16_384)
def host_of(url: str) -> str:
    """Return the host name of an address, empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def settled_url(asked: str, *, final: str, canonical: str) -> str:
    """Return the address that an article is known by: what its page calls itself, where that is a page of its own site.

    Else the end of the redirects, where they led to another host, as the links of counting services do.
    """
    own = canonical_url(canonical, base=final)
    if own and _site(own) == _site(final) and urlsplit(own).path.strip("/"):
        return own
    return (canonical_url(final) or asked) if host_of(final) != host_of(asked) else asked


def _site(url: str) -> str:
    """A page for telephones is of the same site."""
    first, _, rest = host_of(url).partition(".")
    return rest if first in {"www", "m", "amp", "mobile"} and "." in rest else f"{first}.{rest}"


def same_page(url: str) -> tuple[str, ...]:
    """Return the writings under which this page may be known already: with http and with https."""
    scheme, _, rest = url.partition("://")
    return (f"http://{rest}", f"https://{rest}") if scheme in DEFAULT_PORTS else (url,)


def _without_trackers(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=200) if "=" in query else []
    kept = [(name, value) for name, value in pairs if not _tracks(name.lower())]
    return query if len(kept) == len(pairs) else urlencode(kept)


def _tracks(name: str) -> bool:
    return any(name.startswith(rule[:-1]) if rule.endswith("*") else name == rule for rule in words("trackers"))

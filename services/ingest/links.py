"""Reading `Link:` headers (RFC 8288): where an answer says that its hub, its other pages or its feeds are."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from services.ingest.urls import LONGEST, canonical_url
from services.ingest.values import FeedLinks
from shared.web import Headers

MOST_LINKS = 40
LONGEST_HEADER = 16 * 1024
ONE_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^\s;,=\"]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]*))?)*)\s*(?:,|$)")
PARAMETER = re.compile(r";\s*([^\s;,=\"]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s;,\"]*)))?")


@dataclass(frozen=True, slots=True)
class Link:
    """One link: where it leads, what it is to this place (in lower case), and of which media type that is."""

    target: str
    relations: tuple[str, ...]
    kind: str = ""
    title: str = ""


def header_links(headers: Headers, *, base: str) -> tuple[Link, ...]:
    """Return the links of an answer's header, in its order, with whole addresses."""
    written = ", ".join(value for name, value in headers if name == "link")[:LONGEST_HEADER]
    return tuple(_links(written, base))[:MOST_LINKS]


def feed_links(links: Iterable[Link]) -> FeedLinks:
    """Return what links say of a feed; of two that say the same the first counts."""
    found: dict[str, str] = {}
    for link in links:
        for relation in link.relations:
            found.setdefault(relation, link.target)
    return FeedLinks(
        hub=found.get("hub", ""),
        topic=found.get("self", ""),
        next_page=found.get("next", ""),
        previous_archive=found.get("prev-archive", ""),
    )


def link(target: str, relation: str, *, base: str, kind: str = "", title: str = "") -> Link | None:
    """Return a link with its whole address; None where it leads to no web page or is too long to be kept."""
    try:
        whole = urljoin(base, target.strip())
    except ValueError:
        return None
    if not canonical_url(whole) or len(whole) > LONGEST:
        return None
    # the registry's relations may be written as addresses within the registry (RFC 4287)
    relations = tuple(word.rpartition("/")[2].lower() for word in relation.split())
    return Link(whole, relations, kind.lower().partition(";")[0].strip(), title)


def _links(written: str, base: str) -> Iterator[Link]:
    for target, rest in ONE_LINK.findall(written):
        given = {name.lower(): quoted or plain for name, quoted, plain in reversed(PARAMETER.findall(rest))}
        if "anchor" in given:
            continue  # it speaks of another place
        found = link(target, given.get("rel", ""), base=base, kind=given.get("type", ""), title=given.get("title", ""))
        if found is not None:
            yield found

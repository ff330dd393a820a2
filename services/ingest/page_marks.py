"""What a page says of itself to machines: schema.org's JSON-LD, and meta elements."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import trafilatura

from services.ingest.dates import read_moment
from services.ingest.word_lists import words

MOST_NODES = 2_000
LONGEST_SCRIPT = 2_000_000
LIVE_BLOG = "LiveBlogPosting"
FALSE = ("false", "http://schema.org/false", "https://schema.org/false")
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageMarks:
    """What a page declares; the rest is empty or None where it does not."""

    language: str = ""
    canonical: str = ""
    by_json_ld: datetime | None = None
    by_meta: datetime | None = None
    updated_at: datetime | None = None
    is_free: bool = True
    is_live_blog: bool = False
    word_count: int = 0
    body: str = ""


def read_marks(body: bytes) -> PageMarks:
    """Read what a page declares; broken declarations count for nothing."""
    tree = trafilatura.load_html(body)
    if tree is None:
        return PageMarks()
    article: Node = next((node for node in _linked_data(tree) if _types(node) & words("article_types")), {})
    metas = dict(_metas(tree))
    return PageMarks(
        language=tree.get("lang") or metas.get("og:locale") or metas.get("content-language") or "",
        canonical=next(_canonicals(tree), ""),
        by_json_ld=read_moment(_text(article, "datePublished")),
        by_meta=_first_date(metas, "date_published_metas"),
        updated_at=read_moment(_text(article, "dateModified")) or _first_date(metas, "date_modified_metas"),
        is_free=str(article.get("isAccessibleForFree", True)).casefold() not in FALSE,
        is_live_blog=LIVE_BLOG in _types(article),
        word_count=_count(article.get("wordCount")),
        body=_text(article, "articleBody"),
    )


def _linked_data(tree: Any) -> Iterator[Node]:
    """Yield the nodes of all JSON-LD scripts, those nearer to the root first."""
    waiting: list[Any] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().casefold().startswith("application/ld+json"):
            waiting.append(_loaded(script.text or ""))
    for seen, node in enumerate(waiting):
        if seen >= MOST_NODES:
            return
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            yield node
            waiting += [value for value in node.values() if isinstance(value, dict | list)]


def _loaded(script: str) -> Any:
    try:
        return json.loads(script[:LONGEST_SCRIPT].strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _types(node: Node) -> frozenset[str]:
    named = node.get("@type")
    listed = named if isinstance(named, list) else [named]
    return frozenset(one.rpartition("/")[2] for one in listed if isinstance(one, str))


def _metas(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield what the page's meta and time elements say, the first of a name last, so that it stands."""
    found: list[tuple[str, str]] = []
    for element in tree.iter("meta", "time"):
        name = next(filter(None, map(element.get, ("property", "name", "itemprop", "http-equiv"))), "")
        if element.tag == "time" and element.get("pubdate") is not None:
            name = "pubdate"
        value = element.get("content") or element.get("datetime") or ""
        if name and value:
            found.append((name.strip().casefold(), value.strip()))
    return reversed(found)


def _canonicals(tree: Any) -> Iterator[str]:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").casefold().split() and link.get("href"):
            yield link.get("href")


def _first_date(metas: dict[str, str], names: str) -> datetime | None:
    dates = (read_moment(metas[name]) for name in sorted(words(names) & metas.keys()))
    return next(filter(None, dates), None)


def _text(node: Node, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    written = str(value)
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 8 else 0

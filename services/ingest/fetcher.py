"""Asking a server for a feed or a page, and telling what its answer means."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from services.ingest.answers import (
    Failed,
    FailureKind,
    FeedAnswer,
    FeedAsked,
    FeedRead,
    Gone,
    NotModified,
    PageAnswer,
    PageAsked,
    PageLater,
    PageNever,
    PageRead,
    PageSame,
    ParseFeed,
    Receipt,
    SameBody,
    Wishes,
)
from services.ingest.discovery import with_header
from services.ingest.freshness import fresh_for, retry_after
from services.ingest.links import feed_links, header_links
from services.ingest.urls import LONGEST
from services.ingest.values import FeedLinks, NotAFeed, Sitemap
from shared.bodies import Excess, Unusable, inflate_file
from shared.web import Answered, Headers, Limits, Refused, Request, Send, TimedOut, TooLarge, Unreachable

PERMANENT = frozenset({301, 308})
DENIED = frozenset({401, 402, 403, 404, 451})
BUSY = frozenset({429, 503})
GONE = 410
LONGEST_VALIDATOR = 4_096
ACCEPT_FEED = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Manners:
    """How we present ourselves, and how long and how much we listen."""

    user_agent: str
    limits: Limits


def fetch_feed(asked: FeedAsked, *, send: Send, parse: ParseFeed, manners: Manners, now: datetime) -> FeedAnswer:
    """Ask for a feed unless it is unchanged; read it only if its body is not the one we had."""
    outcome = send(Request(asked.url, headers=_conditions(asked.had, manners, accept=ACCEPT_FEED)), manners.limits)
    if not isinstance(outcome, Answered):
        return _failed(outcome)
    if outcome.status == 304:
        return NotModified(_refreshed(asked.had, outcome), _wishes(outcome, now))
    if outcome.status == GONE:
        return Gone()
    if outcome.status != 200:
        return _unwelcome(outcome, now)
    return _read(asked, outcome, parse=parse, now=now)


def fetch_page(asked: PageAsked, *, send: Send, manners: Manners) -> PageAnswer:
    """Ask for an article's page unless it is unchanged."""
    headers = _conditions(asked.had, manners, accept=ACCEPT_PAGE)
    match send(Request(asked.url, headers=headers), manners.limits):
        case Answered(status=304):
            return PageSame()
        case Answered(status=200) as answer if _is_page(answer):
            receipt = _receipt(answer)
            return (
                PageSame() if receipt.body_hash == asked.had.body_hash else PageRead(answer.body, answer.url, receipt)
            )
        case Answered(status=200) as answer:
            return PageNever(f"the page is no text but {(answer.header('content-type') or '')[:80]}")
        case Answered(status=status) if status in BUSY or status >= 500:
            return PageLater(f"the server answered {status}")
        case Answered(status=status):
            return PageNever(f"the server answered {status}")
        case Refused(reason):
            return PageNever(reason)
        case TooLarge():
            return PageNever("the page is too large")
        case Unreachable(reason) | TimedOut(reason):
            return PageLater(reason)


def fetch_sitemap(
    url: str, *, send: Send, parse: Callable[[bytes, str], Sitemap | NotAFeed], manners: Manners
) -> Sitemap | NotAFeed | PageLater:
    """Ask for a sitemap, which may be a gzip file."""
    outcome = send(Request(url, headers=(("user-agent", manners.user_agent),)), manners.limits)
    match outcome:
        case Answered(status=200, body=body):
            try:
                return parse(inflate_file(body, most=manners.limits.body_bytes), outcome.url)
            except (Excess, Unusable):
                return NotAFeed("it is too large, or broken")
        case Answered(status=status) if status in BUSY or status >= 500:
            return PageLater(f"the server answered {status}")
        case Answered(status=status):
            return NotAFeed(f"the server answered {status}")
        case TooLarge():
            return NotAFeed("it is too large")
        case Refused(reason):
            return NotAFeed(reason)
        case Unreachable(reason) | TimedOut(reason):
            return PageLater(reason)


def _read(asked: FeedAsked, answer: Answered, *, parse: ParseFeed, now: datetime) -> FeedAnswer:
    receipt = _receipt(answer)
    if receipt.body_hash == asked.had.body_hash:
        return SameBody(receipt, _wishes(answer, now))
    feed = parse(answer.body, answer.url, answer.header("content-type") or "")
    if isinstance(feed, NotAFeed):
        return replace(feed, offers=with_header(feed.offers, answer.headers, url=answer.url))
    return FeedRead(receipt, _wishes(answer, now), replace(feed, links=_links(feed.links, answer)))


def _links(in_feed: FeedLinks, answer: Answered) -> FeedLinks:
    """Let the header's links come before those in the feed (WebSub, section 4); without a name the address is one."""
    in_header = feed_links(header_links(answer.headers, base=answer.url))
    return replace(
        in_feed,
        hub=in_header.hub or in_feed.hub,
        topic=in_header.topic or in_feed.topic or answer.url,
        next_page=in_header.next_page or in_feed.next_page,
        previous_archive=in_header.previous_archive or in_feed.previous_archive,
    )


def _conditions(had: Receipt, manners: Manners, *, accept: str) -> Headers:
    headers = [("user-agent", manners.user_agent), ("accept", accept)]
    if had.etag:
        headers.append(("if-none-match", had.etag))
    if had.last_modified:
        headers.append(("if-modified-since", had.last_modified))
    return tuple(headers)


def _receipt(answer: Answered) -> Receipt:
    body_hash = sha256(answer.body).hexdigest()
    return Receipt(_validator(answer, "etag"), _validator(answer, "last-modified"), body_hash)


def _refreshed(had: Receipt, answer: Answered) -> Receipt:
    return Receipt(
        etag=_validator(answer, "etag") or had.etag,
        last_modified=_validator(answer, "last-modified") or had.last_modified,
        body_hash=had.body_hash,
    )


def _wishes(answer: Answered, now: datetime) -> Wishes:
    permanent = bool(answer.redirects) and all(hop.status in PERMANENT for hop in answer.redirects)
    # an address that is too long to be kept is followed again at every poll instead
    moved = permanent and len(answer.url) <= LONGEST
    return Wishes(fresh_for(answer, now=now), answer.url if moved else None)


def _validator(answer: Answered, name: str) -> str | None:
    value = answer.header(name)
    return value if value and len(value) <= LONGEST_VALIDATOR else None


def _unwelcome(answer: Answered, now: datetime) -> Failed:
    reason = f"the server answered {answer.status}"
    if answer.status in BUSY:
        kind = FailureKind.BUSY
    else:
        kind = FailureKind.DENIED if answer.status in DENIED else FailureKind.BROKEN
    return Failed(kind, reason, retry_after(answer, now=now))


def _failed(outcome: Refused | Unreachable | TooLarge | TimedOut) -> Failed:
    match outcome:
        case Refused(reason):
            return Failed(FailureKind.REFUSED, reason)
        case TooLarge():
            return Failed(FailureKind.BROKEN, "the answer is too large")
        case Unreachable(reason) | TimedOut(reason):
            return Failed(FailureKind.BROKEN, reason)


def _is_page(answer: Answered) -> bool:
    kind = (answer.header("content-type") or "text/html").lower()
    return kind.startswith(("text/", "application/xhtml", "application/xml")) and not answer.body.startswith(b"%PDF")

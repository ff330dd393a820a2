"""What asking for a feed or a page may come to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.ingest.values import NotAFeed, ParsedFeed


class FailureKind(StrEnum):
    """Why a request brought nothing, as far as it decides how long to wait."""

    REFUSED = "refused"  # by our own rules
    DENIED = "denied"  # 401, 402, 403, 404, 451: the server knows us not, or the feed not
    BUSY = "busy"  # 429, 503: the whole host asks for rest
    BROKEN = "broken"  # other answers, no answer, too much of an answer


@dataclass(frozen=True, slots=True)
class Receipt:
    """What tells this answer from the next: validators exactly as they came, and the body's hash."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class FeedAsked:
    """What to ask for, and the receipt of the last good answer."""

    feed_id: int
    url: str
    had: Receipt


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a good answer asks of us: to wait a while, to come to another address (permanent redirects only)."""

    fresh_for: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed."""

    receipt: Receipt
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class SameBody:
    """The server sent what it had sent before."""

    receipt: Receipt
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class FeedRead:
    """A feed came and was read."""

    receipt: Receipt
    wishes: Wishes
    feed: ParsedFeed


@dataclass(frozen=True, slots=True)
class Gone:
    """The server says that the feed is no more (410)."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing usable came; the server may have said when to come back."""

    kind: FailureKind
    reason: str
    retry_after: timedelta | None = None


FeedAnswer = NotModified | SameBody | FeedRead | NotAFeed | Gone | Failed
FetchFeed = Callable[[FeedAsked], FeedAnswer]
ParseFeed = Callable[[bytes, str, str], ParsedFeed | NotAFeed]  # body, url, content type


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which page to ask for, and the receipt of the last good answer."""

    url: str
    had: Receipt = Receipt()


@dataclass(frozen=True, slots=True)
class PageRead:
    """An article's page came from `url`."""

    body: bytes
    url: str
    receipt: Receipt = Receipt()


@dataclass(frozen=True, slots=True)
class PageSame:
    """The page is the one we had."""


@dataclass(frozen=True, slots=True)
class PageLater:
    """The page cannot be had now and may be later."""

    reason: str


@dataclass(frozen=True, slots=True)
class PageNever:
    """The page cannot be had, or must not be asked for."""

    reason: str


PageAnswer = PageRead | PageSame | PageLater | PageNever
FetchPage = Callable[[PageAsked], PageAnswer]

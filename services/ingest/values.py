"""What a feed says, in values that hold no trace of the format it was said in."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed; `content` is HTML or plain text, `link` absolute or empty, `published_at` as claimed."""

    guid: str = ""
    link: str = ""
    title: str = ""
    byline: str = ""
    outlet: str = ""
    content: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """What a feed says of itself: its hub and its name there, its older pages, and whether it shows all it has."""

    hub: str = ""
    topic: str = ""
    next_page: str = ""
    previous_archive: str = ""
    is_complete: bool = False
    is_wordpress: bool = False


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document; `flaw` says what is wrong with its writing."""

    title: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    lifetime: timedelta | None = None
    flaw: str = ""
    links: FeedLinks = FeedLinks()


@dataclass(frozen=True, slots=True)
class NotAFeed:
    """A body that is no feed; `offers` are the feeds that a page in its place points to."""

    reason: str
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A page or another sitemap that a sitemap lists, when it changed or was published, and a news article's title."""

    url: str
    changed_at: datetime | None = None
    published_at: datetime | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists: pages, or other sitemaps where it is an index."""

    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """How often feeds are asked, within which bounds, and how long one poll may hold a feed."""

    interval: timedelta
    shortest: timedelta
    longest: timedelta
    lease_seconds: float = 180


@dataclass(frozen=True, slots=True)
class Sweep:
    """How long a nudge may go unanswered, for how many rows a sweep rings, how many feeds a ring stands for."""

    renudge: timedelta
    most: int = 500
    batch: int = 1
    hubs: bool = False  # whether hubs are asked for pushes

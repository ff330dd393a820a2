"""Whether a site lets us read its article pages (robots.txt, RFC 9309)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from urllib.parse import urlsplit

from protego import Protego

from services.ingest.answers import PageLater, PageNever
from services.ingest.fetcher import Manners
from shared.web import Answered, Refused, Request, Send, TimedOut, TooLarge, Unreachable

GOOD_FOR_SECONDS = 24 * 3600  # RFC 9309, section 2.4
FAILURE_GOOD_FOR_SECONDS = 600  # a site that is down should not be asked for its rules before every page
MOST_BYTES = 512 * 1024  # RFC 9309, section 2.5
MOST_SITES = 10_000
MOST_SITEMAPS = 50


@dataclass(frozen=True, slots=True)
class Welcome:
    """The page may be asked for."""


@dataclass(frozen=True, slots=True)
class _Site:
    """A site's rules, or why it has none to be had, and until when that holds."""

    rules: Protego | PageLater | Welcome
    until: float


class RobotsBook:
    """Remembers sites' rules for a day; threads may share it."""

    def __init__(self, *, send: Send, manners: Manners, clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._manners = manners
        self._clock = clock
        self._sites: dict[str, _Site] = {}
        self._lock = Lock()

    def permission(self, url: str) -> Welcome | PageNever | PageLater:
        """Tell whether the page at `url` may be asked for by us."""
        match self._rules_of(url):
            case Protego() as rules:
                allowed = rules.can_fetch(url, self._manners.user_agent)
                return Welcome() if allowed else PageNever("the site's robots.txt asks us not to read this page")
            case Welcome() | PageLater() as answer:
                return answer

    def sitemaps(self, url: str) -> tuple[str, ...] | PageLater:
        """Return the sitemaps that the site of `url` names in its rules."""
        match self._rules_of(url):
            case Protego() as rules:
                return tuple(dict.fromkeys(islice(rules.sitemaps, MOST_SITEMAPS)))
            case Welcome():
                return ()
            case PageLater() as later:
                return later

    def _rules_of(self, url: str) -> Protego | PageLater | Welcome:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            known = self._sites.get(site)
        if known is None or known.until < self._clock():
            known = self._ask(f"{site}/robots.txt")
            with self._lock:
                if len(self._sites) >= MOST_SITES:
                    self._sites.clear()
                self._sites[site] = known
        return known.rules

    def _ask(self, url: str) -> _Site:
        now = self._clock()
        match self._send(Request(url, headers=(("user-agent", self._manners.user_agent),)), self._manners.limits):
            case Answered(status=200) as answer:
                text = answer.body[:MOST_BYTES].decode("utf-8", "replace")
                return _Site(Protego.parse(text), now + GOOD_FOR_SECONDS)
            case Answered(status=status) if status >= 500 or status == 429:
                later = PageLater(f"the site's robots.txt answers {status}")
                return _Site(later, now + FAILURE_GOOD_FOR_SECONDS)
            case Unreachable(reason) | TimedOut(reason):
                return _Site(PageLater(f"the site's robots.txt: {reason}"), now + FAILURE_GOOD_FOR_SECONDS)
            case Answered() | TooLarge() | Refused():
                return _Site(Welcome(), now + GOOD_FOR_SECONDS)  # no rules; what we may not ask is refused later anyway

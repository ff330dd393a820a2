"""Where ingest's handlers meet the network, the settings and the clock."""

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

from services.ingest import fetcher
from services.ingest.answers import FeedAnswer, FeedAsked, PageAnswer, PageAsked, PageLater, PageNever
from services.ingest.fetcher import Manners
from services.ingest.lanes import Lanes
from services.ingest.memory import Housekeeping
from services.ingest.parser_process import ParserProcess
from services.ingest.politeness import HostPolicy
from services.ingest.robots import RobotsBook, Welcome
from services.ingest.subscribing import HubEdges
from services.ingest.values import PollPolicy, Sweep
from services.ingest.visits import Visits
from services.ingest.walking import WalkEdges
from shared.addresses import read_networks
from shared.clock import utc_now
from shared.egress import Door, Rules
from shared.leases import LeasePolicy
from shared.settings import settings
from shared.web import Limits, Refused, Unreachable
from shared.workers import begin


@lru_cache(maxsize=1)
def door() -> Door:
    """The door out of this process."""
    rules = Rules(frozenset(settings().allowed_ports), read_networks(settings().allowed_networks))
    return Door(rules)


@lru_cache(maxsize=1)
def parser() -> ParserProcess:
    """The parser of this process, in a process of its own."""
    return ParserProcess()


def fetch_feed(asked: FeedAsked) -> FeedAnswer:
    """Ask for a feed through the door; its host's turn has come."""
    send = polite_send().from_there
    return fetcher.fetch_feed(asked, send=send, parse=parser().parse, manners=manners(), now=utc_now())


@lru_cache(maxsize=1)
def housekeeping() -> Housekeeping:
    """What keeps this process small."""
    return Housekeeping()


@lru_cache(maxsize=1)
def polite_send() -> Visits:
    """The door with the distance that hosts are granted; polls keep theirs by themselves, in batches."""
    return Visits(door().send, begin(), host_policy(), utc_now)


def hub_edges() -> HubEdges:
    """How hubs are asked by the settings."""
    return HubEdges(polite_send(), manners(), settings().websub_url)


@lru_cache(maxsize=1)
def robots() -> RobotsBook:
    """What this process knows of sites' rules."""
    return RobotsBook(send=polite_send(), manners=manners())


def walk_edges() -> WalkEdges:
    """How older pages and sitemaps are asked for."""
    polite = polite_send()
    return WalkEdges(
        fetch_feed=lambda asked: fetcher.fetch_feed(
            asked, send=polite, parse=parser().parse, manners=manners(), now=utc_now()
        ),
        fetch_sitemap=lambda url: fetcher.fetch_sitemap(
            url, send=polite, parse=parser().parse_sitemap, manners=manners()
        ),
        sitemaps_of=robots().sitemaps,
    )


def fetch_page(asked: PageAsked) -> PageAnswer:
    """Ask for a page through the door, where its site allows it."""
    match robots().permission(asked.url):
        case Welcome():
            send = replace(polite_send(), allows=_may_be_read)
            return fetcher.fetch_page(asked, send=send, manners=manners())
        case refusal:
            return refusal


def _may_be_read(url: str) -> Refused | Unreachable | None:
    """Ask the site that a page has moved to for its rules, too."""
    match robots().permission(url):
        case Welcome():
            return None
        case PageNever(reason):
            return Refused(reason)
        case PageLater(reason):
            return Unreachable(reason)


def manners() -> Manners:
    """How we present ourselves by the settings."""
    return Manners(settings().user_agent, Limits(total_seconds=settings().fetch_timeout_seconds))


def poll_policy() -> PollPolicy:
    """How often feeds are asked by the settings."""
    return PollPolicy(
        interval=timedelta(seconds=settings().poll_interval_seconds),
        shortest=timedelta(seconds=settings().shortest_poll_seconds),
        longest=timedelta(seconds=settings().longest_poll_seconds),
        lease_seconds=settings().lease_seconds,
    )


def lease_policy() -> LeasePolicy:
    """How long a document may be held, and how often tried."""
    return LeasePolicy(settings().lease_seconds, settings().most_attempts)


def host_policy() -> HostPolicy:
    """How hosts are spared by the settings."""
    spacing = timedelta(seconds=settings().host_spacing_seconds)
    return HostPolicy(settings().host_parallel, spacing, settings().host_feeds_in_batch)


def lanes() -> Lanes:
    """How many feeds are asked at once by the settings."""
    return Lanes(fetch_feed, host_policy(), settings().polls_at_once)


def batch() -> int:
    """How many feeds one task asks."""
    return settings().polls_in_batch


def sweep() -> Sweep:
    """How the sweep rings by the settings."""
    return Sweep(
        timedelta(seconds=settings().renudge_seconds),
        most=40 * batch(),
        batch=batch(),
        hubs=bool(settings().websub_url),
    )

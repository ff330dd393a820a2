"""Which requests may begin now, so that no host is asked too often or too much at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.ingest.urls import host_of

PATIENCE = timedelta(seconds=5)  # so long a worker waits for its turn at a host; then it does something else


class HostBusy(Exception):
    """A host has too much to do for us; `until` says when to come again, and nothing was sent."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(f"{host} is busy")
        self.until = until


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """How many requests may run at a host at once, how far apart they start, and how many one batch may hold."""

    parallel: int = 2
    spacing: timedelta = timedelta(seconds=1)
    most_in_batch: int = 8


@dataclass(frozen=True, slots=True)
class HostStanding:
    """From when a host may be asked, until when others queue for it, and how many requests are under way there."""

    free_at: datetime
    queued_until: datetime | None = None
    under_way: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """When one request may begin."""

    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Later:
    """When to come again, since the host is busy."""

    at: datetime


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed whose time has come."""

    feed_id: int
    url: str


@dataclass(frozen=True, slots=True)
class Hosts:
    """Which hosts rest and until when, and how many requests are under way at which."""

    resting: Mapping[str, datetime] = field(default_factory=dict)
    under_way: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """Feeds to ask now, feeds to ask later and when, until when each host is taken, and by how many requests."""

    now: tuple[int, ...]
    later: Mapping[int, datetime]
    taken_until: Mapping[str, datetime]
    lanes: Mapping[str, int]


def take_turn(due: Iterable[DueFeed], hosts: Hosts, *, policy: HostPolicy, most: int, now: datetime) -> Turn:
    """Choose up to `most` feeds whose hosts are free; the others of a busy host wait until it is free again."""
    chosen: dict[str, list[int]] = defaultdict(list)
    put_off: list[DueFeed] = []
    count = 0
    for feed in due:
        host = host_of(feed.url)
        full = hosts.under_way.get(host, 0) >= policy.parallel
        if full or hosts.resting.get(host, now) > now or len(chosen[host]) >= policy.most_in_batch:
            put_off.append(feed)
        elif count < most:
            chosen[host].append(feed.feed_id)
            count += 1
    taken = {host: now + policy.spacing * len(ids) for host, ids in chosen.items() if ids}
    lanes = {host: min(len(chosen[host]), policy.parallel - hosts.under_way.get(host, 0)) for host in taken}
    free_at = {**hosts.resting, **taken}
    later = {feed.feed_id: free_at.get(host_of(feed.url), now + policy.spacing) for feed in put_off}
    return Turn(tuple(feed_id for ids in chosen.values() for feed_id in ids), later, taken, lanes)


def take_slot(host: HostStanding, *, policy: HostPolicy, now: datetime) -> Slot | Later:
    """Let one request begin soon, or tell it to come when those that queue before it have had their turn."""
    starts_at = max(host.free_at, now)
    if host.under_way < policy.parallel and starts_at - now <= PATIENCE:
        return Slot(starts_at)
    return Later(max(starts_at, host.queued_until or starts_at) + max(policy.spacing, timedelta(milliseconds=100)))

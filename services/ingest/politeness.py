"""Which of the feeds that are due may be asked now, so that no host is asked too often or too much at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.ingest.urls import host_of


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """How many requests may run at a host at once, how far apart they start, and how many one batch may hold."""

    parallel: int = 2
    spacing: timedelta = timedelta(seconds=1)
    most_in_batch: int = 8


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed whose time has come."""

    feed_id: int
    url: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Feeds to ask now, feeds to ask later and when, and until when each host is taken."""

    now: tuple[int, ...]
    later: Mapping[int, datetime]
    hosts: Mapping[str, datetime]


def take_turn(
    due: Iterable[DueFeed], resting: Mapping[str, datetime], *, policy: HostPolicy, most: int, now: datetime
) -> Turn:
    """Choose up to `most` feeds whose hosts are free; the others of a busy host wait until it is free again."""
    chosen: dict[str, list[int]] = defaultdict(list)
    put_off: list[DueFeed] = []
    count = 0
    for feed in due:
        host = host_of(feed.url)
        if resting.get(host, now) > now or len(chosen[host]) >= policy.most_in_batch:
            put_off.append(feed)
        elif count < most:
            chosen[host].append(feed.feed_id)
            count += 1
    hosts = {host: now + policy.spacing * len(ids) for host, ids in chosen.items() if ids}
    free_at = {**resting, **hosts}
    later = {feed.feed_id: free_at[host_of(feed.url)] for feed in put_off}
    return Turn(tuple(feed_id for ids in chosen.values() for feed_id in ids), later, hosts)

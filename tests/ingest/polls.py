"""Polling one feed in a test, by the way all feeds go."""

from datetime import datetime, timedelta

from services.ingest.answers import FetchFeed
from services.ingest.handlers import poll_due_feeds
from services.ingest.lanes import Lanes
from services.ingest.politeness import HostPolicy
from services.ingest.values import PollPolicy
from shared.transaction import Begin

AT_ONCE = HostPolicy(parallel=2, spacing=timedelta(), most_in_batch=64)


def poll_feed(feed_id: int, *, begin: Begin, fetch: FetchFeed, policy: PollPolicy, now: datetime) -> None:
    """Ask the feeds that are due, of which `feed_id` should be the only one."""
    lanes = Lanes(fetch, AT_ONCE, linger_seconds=0)
    poll_due_feeds(begin=begin, lanes=lanes, policy=policy, most=64, now=now)

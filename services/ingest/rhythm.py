"""How a feed's own rhythm sets the interval at which it is asked."""

from dataclasses import dataclass
from datetime import timedelta

from services.ingest.values import PollPolicy

# After Media Cloud's fetcher: more than a third new means we come too rarely; a quiet feed is asked ever less often.
BUSY_SHARE = 1 / 3
SLOWER = 1.2
FASTER = 0.5
FARTHEST = 4  # times slower or faster than the interval set: a quiet feed may bring the day's news at any time
FEWEST_FOR_A_GAP = 3  # entries; feeds that show only one or two change wholly without a loss


@dataclass(frozen=True, slots=True)
class Harvest:
    """How many entries a feed showed, and how many of them were new."""

    entries: int = 0
    new: int = 0


def next_interval(before: timedelta | None, harvest: Harvest, *, policy: PollPolicy) -> timedelta:
    """Return the feed's next interval: shorter after much news, longer after none."""
    interval = before or policy.interval
    if harvest.new == 0:
        interval *= SLOWER
    elif harvest.new > BUSY_SHARE * harvest.entries:
        interval *= FASTER
    fastest = max(policy.shortest, policy.interval / FARTHEST)
    slowest = min(policy.longest, policy.interval * FARTHEST)
    return max(fastest, min(interval, slowest))


def has_gap(harvest: Harvest) -> bool:
    """Tell whether entries may have come and gone unseen: nothing of what the feed shows was known before."""
    return harvest.entries >= FEWEST_FOR_A_GAP and harvest.new == harvest.entries

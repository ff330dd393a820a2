"""When a feed is asked again, and what its log says of this time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from services.ingest.answers import Failed, FailureKind, FeedAnswer, FeedRead, Gone, NotModified, Receipt, SameBody
from services.ingest.moves import Move, follow_move
from services.ingest.rhythm import Harvest, has_gap, next_interval
from services.ingest.values import NotAFeed, PollPolicy
from shared.vocabulary import PollOutcome

LONGEST_BACK_OFF = timedelta(hours=6)  # a server that is down comes back within hours
LONGEST_DENIAL = timedelta(hours=24)  # whoever denies us should rarely be asked, but may change their mind
GONE_REST = timedelta(days=30)  # feeds that said they were gone have come back
PUSHED_SLOWER = 4
NOTHING = Harvest()
JITTER = 0.2  # so that feeds which failed together do not come back together


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stood before a poll: its receipt, failures in a row, own interval, and where it may be moving."""

    had: Receipt
    failures: int = 0
    interval: timedelta | None = None
    move: Move | None = None
    is_pushed: bool = False  # a hub tells us when there is news


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one poll came to, what is kept of its answer, and when the next is due."""

    outcome: PollOutcome
    next_poll_at: datetime
    standing: Standing
    harvest: Harvest = NOTHING
    gap_suspected: bool = False
    detail: str = ""


def judge(answer: FeedAnswer, before: Standing, harvest: Harvest, *, policy: PollPolicy, now: datetime) -> Verdict:
    """Decide what an answer means for the feed's log and its next poll; a failure keeps the receipt of better days."""
    match answer:
        case FeedRead(receipt, wishes, feed):
            is_first = before.had.body_hash is None
            gap = not is_first and not feed.links.is_complete and has_gap(harvest)
            interval = policy.interval if is_first else next_interval(before.interval, harvest, policy=policy)
            after = Standing(receipt, 0, interval, follow_move(before.move, wishes.moved_to, now=now))
            due = now + _wait(_asked_every(interval, before), wishes.fresh_for, feed.lifetime, policy)
            outcome = PollOutcome.NEW_ENTRIES if harvest.new else PollOutcome.NOTHING_NEW
            return Verdict(outcome, due, after, harvest, gap, feed.flaw)
        case NotModified(receipt, wishes) | SameBody(receipt, wishes):
            outcome = PollOutcome.NOT_MODIFIED if isinstance(answer, NotModified) else PollOutcome.SAME_BODY
            interval = next_interval(before.interval, harvest, policy=policy)
            after = Standing(receipt, 0, interval, follow_move(before.move, wishes.moved_to, now=now))
            return Verdict(outcome, now + _wait(_asked_every(interval, before), wishes.fresh_for, None, policy), after)
        case Gone() | NotAFeed() | Failed():
            outcome, wait, detail = _setback(answer, before.failures, policy)
            after = Standing(before.had, before.failures + 1, before.interval, before.move)
            return Verdict(outcome, now + wait, after, detail=detail)


def back_off(failures: int, policy: PollPolicy, *, most: timedelta, seed: str) -> timedelta:
    """Double the interval for each failure in a row, up to `most`, a fifth more or less."""
    longest = max(min(most, policy.longest), policy.shortest)
    doubled: timedelta = min(policy.interval * 2 ** min(failures + 1, 20), longest)
    return doubled * (1 + JITTER * _fraction(f"{seed}{failures}"))


def _setback(answer: Gone | NotAFeed | Failed, failures: int, policy: PollPolicy) -> tuple[PollOutcome, timedelta, str]:
    match answer:
        case Gone():
            return PollOutcome.GONE, GONE_REST, "the server says that this feed is gone; it rests for 30 days"
        case NotAFeed(reason, offers):
            hint = f"; the page offers {', '.join(offers[:3])}" if offers else ""
            return PollOutcome.NOT_A_FEED, back_off(failures, policy, most=LONGEST_DENIAL, seed=reason), reason + hint
        case Failed(FailureKind.REFUSED, reason):
            return PollOutcome.REFUSED, back_off(failures, policy, most=LONGEST_DENIAL, seed=reason), reason
        case Failed(kind, reason, retry_after):
            most = LONGEST_DENIAL if kind is FailureKind.DENIED else LONGEST_BACK_OFF
            wait = max(back_off(failures, policy, most=most, seed=reason), retry_after or timedelta())
            return PollOutcome.FAILED, wait, reason


def _asked_every(interval: timedelta, before: Standing) -> timedelta:
    """Ask more rarely, but for ever, while a hub delivers: its pushes bring us sooner."""
    return interval * PUSHED_SLOWER if before.is_pushed else interval


def _wait(
    interval: timedelta, fresh_for: timedelta | None, lifetime: timedelta | None, policy: PollPolicy
) -> timedelta:
    asked = max(interval, fresh_for or timedelta(), lifetime or timedelta())
    return max(policy.shortest, min(asked, policy.longest))


def _fraction(seed: str) -> float:
    """Return a number from -1 to 1 that is always the same for a seed, so that a replay repeats itself."""
    return int.from_bytes(sha256(seed.encode()).digest()[:4]) / 0x7FFFFFFF - 1

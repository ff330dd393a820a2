"""When a feed is asked again, and what its log says of this time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from services.ingest.answers import (
    Failed,
    FailureKind,
    FeedAnswer,
    FeedRead,
    Gone,
    NotModified,
    Receipt,
    SameBody,
    Wishes,
)
from services.ingest.values import NotAFeed, PollPolicy
from shared.vocabulary import PollOutcome

LONGEST_BACK_OFF = timedelta(hours=6)  # a server that is down comes back within hours
LONGEST_DENIAL = timedelta(hours=24)  # whoever denies us should rarely be asked, but may change their mind
GONE_REST = timedelta(days=30)  # feeds that said they were gone have come back
JITTER = 0.2  # so that feeds which failed together do not come back together


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stood before a poll."""

    had: Receipt
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one poll came to, what is kept of its answer, and when the next is due."""

    outcome: PollOutcome
    next_poll_at: datetime
    receipt: Receipt
    failures: int = 0
    new_entries: int = 0
    detail: str = ""


def judge(answer: FeedAnswer, standing: Standing, *, new_entries: int, policy: PollPolicy, now: datetime) -> Verdict:
    """Decide what an answer means for the feed's log and its next poll; a failure keeps the receipt of better days."""
    match answer:
        case FeedRead(receipt, wishes, feed):
            outcome = PollOutcome.NEW_ENTRIES if new_entries else PollOutcome.NOTHING_NEW
            due = now + _wait(wishes, feed.lifetime, policy)
            return Verdict(outcome, due, receipt, new_entries=new_entries, detail=feed.flaw)
        case NotModified(receipt, wishes):
            return Verdict(PollOutcome.NOT_MODIFIED, now + _wait(wishes, None, policy), receipt)
        case SameBody(receipt, wishes):
            return Verdict(PollOutcome.SAME_BODY, now + _wait(wishes, None, policy), receipt)
        case Gone() | NotAFeed() | Failed():
            outcome, wait, detail = _setback(answer, standing.failures, policy)
            return Verdict(outcome, now + wait, standing.had, failures=standing.failures + 1, detail=detail)


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


def back_off(failures: int, policy: PollPolicy, *, most: timedelta, seed: str) -> timedelta:
    """Double the interval for each failure in a row, up to `most`, a fifth more or less."""
    longest = max(min(most, policy.longest), policy.shortest)
    doubled: timedelta = min(policy.interval * 2 ** min(failures + 1, 20), longest)
    return doubled * (1 + JITTER * _fraction(f"{seed}{failures}"))


def _wait(wishes: Wishes, lifetime: timedelta | None, policy: PollPolicy) -> timedelta:
    asked = max(policy.interval, wishes.fresh_for or timedelta(), lifetime or timedelta())
    return max(policy.shortest, min(asked, policy.longest))


def _fraction(seed: str) -> float:
    """Return a number from -1 to 1 that is always the same for a seed, so that a replay repeats itself."""
    return int.from_bytes(sha256(seed.encode()).digest()[:4]) / 0x7FFFFFFF - 1

"""Whether a delivery may be tried, and where it stands after a try."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from services.alert.asking import Asking
from services.alert.channels.base import (
    Accepted,
    Gone,
    Interrupted,
    Outcome,
    Postponed,
    Rejected,
    TimedOut,
    Unreachable,
)
from services.alert.message import Occasion
from services.alert.pace import Pace
from services.alert.schedule import MOST_ATTEMPTS, wait_after, wait_as_asked
from shared.leases import LeasePolicy
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, News

IN_HAND = 4
LONGEST_DETAIL = 20_000  # characters kept of a receiver's answer


@dataclass(frozen=True, slots=True)
class Width:
    """How many deliveries a worker sends at once, how many of them by one lane, and for how long it takes more on.

    Without seconds it sends what it was rung for and nothing else. It may `linger` for so many seconds in all, for
    mail whose place is a moment away.
    """

    at_once: int = 1
    in_one_lane: int = 1
    seconds: float = 0
    linger: float = 0

    @property
    def in_hand(self) -> int:
        """Deliveries taken over for each that is sent: fewer, larger transactions."""
        return IN_HAND * self.at_once


def lane_of(channel: ChannelKind, address: str) -> str:
    """Name whose patience an address tries: a webhook's is its own, a mailbox shares its domain's."""
    if channel is ChannelKind.EMAIL:
        return f"@{address.rpartition('@')[2].lower()}"
    return kept_address(channel, address)


def kept_address(channel: ChannelKind, address: str) -> str:
    """Return how a delivery's row names its receiver; of a chat's URL, a key to its room, none is kept."""
    if channel is not ChannelKind.CHAT:
        return address
    return f"{address.partition(':')[0]}://{sha256(address.encode()).hexdigest()[:16]}"


class WhenInDoubt(StrEnum):
    """What to do with a copy that may have arrived: a second one with the same id, or a person's look."""

    RESEND = "resend"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How long a worker may hold a delivery, where its links lead, and what happens to one that may have arrived."""

    lease: LeasePolicy
    public_url: str = "http://127.0.0.1:8000"
    when_in_doubt: WhenInDoubt = WhenInDoubt.RESEND
    width: Width = field(default_factory=Width)
    mail_pace: Pace | None = None


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery whose time has come, with what speaks for and against another try.

    `address` is where the subscription wants it by now, empty where it wants none any more; `closed` says why the
    receiver takes nothing.
    """

    delivery_id: int
    subscription_id: int
    channel: ChannelKind
    address: str
    lane: str
    key: str
    state: DeliveryState
    attempts: int
    occasion: Occasion
    secrets: tuple[str, ...] = ()
    closed: str = ""
    asking: Asking | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where a delivery stands after a try, and what the log of attempts says of that try."""

    state: DeliveryState
    outcome: AttemptOutcome
    detail: str
    next_attempt_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt, numbered from 1, of the delivery that `key` names."""

    key: str
    number: int


class WhyNotTried(StrEnum):
    """What keeps a delivery whose time has come from being tried."""

    ANSWERED = "the address has answered, or is asked no more"
    UNSUBSCRIBED = "the subscription ended before this was sent"
    DISPROVED = "the shift was disproved before this was sent"
    PRESSURE_OVER = "the pressure was over before this was sent"
    REINSTATED = "the shift stands again before its withdrawal was sent"
    RECEIVER_CLOSED = "the receiver takes nothing more"
    IN_DOUBT = "the last try broke off and may have arrived"
    WORN_OUT = "every try broke off; no attempt left"


def why_not_tried(due: DueDelivery, *, policy: DeliveryPolicy) -> WhyNotTried | None:
    """Tell what speaks against trying a due delivery now; one found in `sending` broke off in its last try."""
    broke_off = due.state is DeliveryState.SENDING
    stands, news = due.occasion.stands, due.occasion.news
    against = {
        WhyNotTried.ANSWERED: news is News.QUESTION and not due.address,
        WhyNotTried.UNSUBSCRIBED: not due.address,
        WhyNotTried.DISPROVED: news in (News.DETECTED, News.CORRECTED) and not stands,
        WhyNotTried.PRESSURE_OVER: news is News.PRESSURE and not stands,
        WhyNotTried.REINSTATED: news is News.WITHDRAWN and stands,
        WhyNotTried.RECEIVER_CLOSED: bool(due.closed),
        WhyNotTried.IN_DOUBT: broke_off and policy.when_in_doubt is WhenInDoubt.HOLD,
        WhyNotTried.WORN_OUT: broke_off and due.attempts >= MOST_ATTEMPTS,
    }
    return next((why for why, holds in against.items() if holds), None)


def settle(this: Try, outcome: Outcome, *, policy: DeliveryPolicy, now: datetime) -> Settlement:
    """Turn what a channel answered into the delivery's next state; waits follow the schedule."""
    detail = outcome.detail[:LONGEST_DETAIL]
    wait = wait_after(this.number, key=this.key)
    match outcome:
        case Accepted():
            return Settlement(DeliveryState.DELIVERED, AttemptOutcome.ACCEPTED, detail, delivered_at=now)
        case Rejected() | Gone():
            return Settlement(DeliveryState.DEAD, AttemptOutcome.REJECTED, detail)
        case Interrupted() if policy.when_in_doubt is WhenInDoubt.HOLD:
            return Settlement(DeliveryState.UNKNOWN, AttemptOutcome.INTERRUPTED, detail)
        case Interrupted():
            return _again(AttemptOutcome.INTERRUPTED, detail, wait, now)
        case Postponed(overloaded=True, asked=asked):
            return _again(AttemptOutcome.POSTPONED, detail, wait and wait_as_asked(wait, asked), now)
        case Postponed():
            return _again(AttemptOutcome.POSTPONED, detail, wait, now)
        case TimedOut():
            return _again(AttemptOutcome.TIMED_OUT, detail, wait and wait_as_asked(wait, None), now)
        case Unreachable():
            return _again(AttemptOutcome.UNREACHABLE, detail, wait, now)


def _again(outcome: AttemptOutcome, detail: str, wait: timedelta | None, now: datetime) -> Settlement:
    if wait is None:
        return Settlement(DeliveryState.DEAD, outcome, f"no attempt left: {detail}"[:LONGEST_DETAIL])
    return Settlement(DeliveryState.RETRY, outcome, detail, next_attempt_at=now + wait)

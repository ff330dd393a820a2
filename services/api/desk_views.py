"""What the desk's pages show: subscriptions in a sentence each, and the log of what went out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from services.api import listings
from services.api.listings import DeliveryListing
from services.api.neighbours import ClosedWays
from services.api.queries import Wanted
from services.api.schemas import ShiftAnswer
from services.api.schemas_wishes import Preview, Way
from services.api.subscription_items import item_of
from shared.tables import Attempt, Rehearsal, Subscription
from shared.vocabulary import DeliveryState, Frequency

MOST_LOGGED = 50
MOST_TRIES = 20
SENT_AGAIN = (DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.UNKNOWN, DeliveryState.RETRY)


@dataclass(frozen=True, slots=True)
class Card:
    """A subscription as a person reads it."""

    id: int
    name: str
    who: str
    what: str
    only: str
    when: str
    ways: tuple[Way, ...]
    paused_until: datetime | None
    has_webhook: bool


@dataclass(frozen=True, slots=True)
class Logged:
    """A copy of an alert with its tries."""

    copy: DeliveryListing
    tries: tuple[Attempt, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class Log:
    """What went out for a subscription, the latest first."""

    copies: tuple[Logged, ...]
    tests: tuple[Rehearsal, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a wish would have told, with names for ids."""

    count: int
    more: bool
    shifts: tuple[tuple[ShiftAnswer, str, str], ...]


def card(row: Subscription, closed: ClosedWays, names: Mapping[str, str], *, now: datetime) -> Card:
    """Say in words what a subscription asks for."""
    item = item_of(row, closed, addresses=True)
    only = [f"at least {item.minimum_confidence:.0%} sure"] if item.minimum_confidence else []
    only += ["own words or acts only"] if item.own_words_only else []
    only += [f"in {_listed(item.outlets)}"] if item.outlets else []
    warned = ["early warnings of pressure"] if item.signals else []
    return Card(
        id=item.id,
        name=item.name,
        who=_listed(names.get(f"figure {one}", one) for one in item.figures) or "Any figure",
        what=_listed(names.get(f"issue {one}", one) for one in item.issues) or "any issue",
        only="; ".join([_listed(item.kinds) or "any kind of shift", *only, *warned]),
        when=_when(row),
        ways=item.ways,
        paused_until=item.paused_until if item.paused_until and item.paused_until > now else None,
        has_webhook=row.webhook is not None,
    )


def log(session: Session, subscription_id: int) -> Log:
    """Return what went out for a subscription."""
    copies = listings.deliveries(session, Wanted(most=MOST_LOGGED), subscription_id=subscription_id)
    return Log(
        tuple(
            Logged(copy, listings.attempts(session, copy.id, after=0, most=MOST_TRIES), copy.state in SENT_AGAIN)
            for copy in copies
        ),
        listings.rehearsals(session, subscription_id, before=2**63 - 1, most=5),
    )


def told(preview: Preview, names: Mapping[str, str]) -> Told:
    """Put names to what a wish would have told."""
    named = (
        (shift, names.get(f"figure {shift.figure}", shift.figure), names.get(f"issue {shift.issue}", shift.issue))
        for shift in preview.shifts
    )
    return Told(preview.count, preview.more, tuple(named))


def _when(row: Subscription) -> str:
    frequency = row.chosen_frequency or row.frequency
    said = {
        Frequency.NOW: "at once",
        Frequency.HOURLY: "every hour in one message",
        Frequency.DAILY: f"every day at {row.digest_hour}:00 ({row.timezone})",
        Frequency.WEEKLY: f"every week at {row.digest_hour}:00 ({row.timezone})",
    }[frequency]
    quiet = f", quiet from {row.quiet_from}:00 to {row.quiet_until}:00" if row.quiet_from is not None else ""
    return said + quiet


def _listed(words: Iterable[str]) -> str:
    given = list(words)
    return given[0] if len(given) == 1 else f"{', '.join(given[:-1])} and {given[-1]}" if given else ""

"""A subscription as programs and pages show it; addresses only to who may change it, keys to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session

from services.api import listings
from services.api.access import in_short
from services.api.neighbours import ClosedWays
from services.api.schemas_wishes import NewSubscriptionItem, SubscriptionItem, Way
from services.api.watchlist import SubscriptionWish
from shared.failures import UserMistake
from shared.tables import Subscription
from shared.vocabulary import ChannelKind


def item_of(row: Subscription, closed: ClosedWays, *, addresses: bool) -> SubscriptionItem:
    """Return a subscription and how it stands."""
    return SubscriptionItem(**_parts(row, closed, addresses=addresses))


def new_item_of(row: Subscription, closed: ClosedWays, *, secret: str | None) -> NewSubscriptionItem:
    """Return a subscription just made or changed, with the secret of its webhook where that is new."""
    return NewSubscriptionItem(**_parts(row, closed, addresses=True), webhook_secret=secret)


def open_ways(row: Subscription, closed: ClosedWays) -> tuple[ChannelKind, ...]:
    """Return the ways by which something goes out."""
    return tuple(way.channel for way in _ways(row, closed, addresses=False) if way.closed is None)


def check_names(session: Session, wish: SubscriptionWish) -> None:
    """Raise `UserMistake` where a wish names what is not watched."""
    figures = {row.id for row in listings.figures(session)} if wish.figures else set()
    issues = {row.id for row in listings.issues(session)} if wish.issues else set()
    _check(wish.figures, figures, "figures")
    _check(wish.issues, issues, "issues")


def _check(named: Sequence[str], known: Iterable[str], kind: str) -> None:
    for place, name in enumerate(named):
        if name not in known:
            raise UserMistake(f"{kind}[{place}]: '{name}' is not on the watchlist")


def _parts(row: Subscription, closed: ClosedWays, *, addresses: bool) -> dict[str, Any]:
    asked = ("figures", "issues", "kinds", "signals", "outlets", "minimum_confidence", "own_words_only")
    named = ("id", "name", *asked, "timezone")
    quiet = f"{row.quiet_from}-{row.quiet_until}" if row.quiet_from is not None else None
    return {
        **{name: getattr(row, name) for name in (*named, "most_per_hour", "paused_until", "created_at")},
        "frequency": row.chosen_frequency or row.frequency,
        "hour": row.digest_hour,
        "quiet_hours": quiet,
        "made_by": row.origin,
        "ended_at": row.retired_at,
        "ways": _ways(row, closed, addresses=addresses),
    }


def _ways(row: Subscription, closed: ClosedWays, *, addresses: bool) -> tuple[Way, ...]:
    ways = ((ChannelKind.EMAIL, row.email), (ChannelKind.WEBHOOK, row.webhook), (ChannelKind.CHAT, row.chat))
    assert row.id is not None
    return tuple(
        Way(
            channel=channel,
            address=_shown(channel, address) if addresses else None,
            closed=in_short(closed.get((row.id, channel)) or "", whole=addresses) or None,
        )
        for channel, address in ways
        if address is not None
    )


def _shown(channel: ChannelKind, address: str) -> str:
    """A chat's URL holds the key to the room: only the service is shown."""
    return address.partition("://")[0] if channel is ChannelKind.CHAT else address

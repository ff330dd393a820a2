"""Writing subscriptions: from a watchlist file, or one by one by hand."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from services.api.changes import AlreadyThere, Change, note_change, retire
from services.api.consents import wish_mail
from services.api.watchlist import SubscriptionWish
from shared.failures import UserMistake
from shared.tables import Subscription
from shared.tables.watchlist import new_token
from shared.vocabulary import Frequency, Origin

SECRET_BYTES = 32  # Standard Webhooks 1.0 asks for 24 to 64
TWO_SIGNATURES = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wisher:
    """Who wishes: what an address that is asked is told, for whom the operator vouches, and when it is."""

    by: str
    vouched: Collection[str]
    now: datetime


def apply_subscriptions(
    session: Session, wishes: tuple[SubscriptionWish, ...], *, vouched: Collection[str], by: str, now: datetime
) -> tuple[Change, ...]:
    """Make the subscriptions that came from files equal to those of this file."""
    stored = {row.name: row for row in session.exec(select(Subscription)).all()}
    changes = [
        change for wish in wishes for change in _save(session, stored.get(wish.name), wish, origin=Origin.FILE, now=now)
    ]
    session.flush()
    names = {wish.name for wish in wishes}
    wished = session.exec(select(Subscription).where(col(Subscription.name).in_(names))).all()
    wish_mail(session, wished, vouched=vouched, by=by, now=now)
    gone = [row for name, row in stored.items() if name not in names and row.origin is Origin.FILE]
    return (
        *changes,
        *(change for row in gone for change in retire(session, row, "subscription", row.name, now=now)),
    )


def subscribe(session: Session, wish: SubscriptionWish, *, wisher: Wisher) -> Subscription:
    """Make a subscription by hand, or raise `AlreadyThere` where one of this name stands."""
    old = session.exec(select(Subscription).where(Subscription.name == wish.name)).first()
    if old is not None and old.retired_at is None:
        raise AlreadyThere(f"name: there is a subscription '{wish.name}' already; choose another name")
    if old is not None:
        old.token, old.created_at, old.chosen_frequency, old.paused_until = new_token(), wisher.now, None, None
    _save(session, old, wish, origin=Origin.HAND, now=wisher.now)
    session.flush()
    row = session.exec(select(Subscription).where(Subscription.name == wish.name)).one()
    wish_mail(session, [row], vouched=wisher.vouched, by=wisher.by, now=wisher.now)
    return row


def change_subscription(
    session: Session, row: Subscription, wish: SubscriptionWish, *, wisher: Wisher
) -> tuple[Change, ...]:
    """Change a subscription by hand; from then on it is its maker's, and no file's that does not name it."""
    taken = session.exec(select(Subscription).where(Subscription.name == wish.name)).first()
    if taken is not None and taken.id != row.id:
        raise AlreadyThere(f"name: there is, or was, another subscription '{wish.name}'; choose another name")
    changes = _save(session, row, wish, origin=Origin.HAND, now=wisher.now)
    session.flush()
    wish_mail(session, [row], vouched=wisher.vouched, by=wisher.by, now=wisher.now)
    return changes


def rotate_secret(session: Session, row: Subscription, *, now: datetime) -> str:
    """Give a webhook a new signing secret; the one before goes on signing beside it for a day."""
    if row.webhook is None or row.webhook_secret is None:
        raise UserMistake(f"subscription '{row.name}' has no webhook, and so no secret")
    row.previous_secret, row.previous_secret_until = row.webhook_secret, now + TWO_SIGNATURES
    row.webhook_secret = new_secret()
    session.add(row)
    return row.webhook_secret


def webhook_secrets(session: Session, names: set[str]) -> dict[str, str]:
    """Return the signing secrets of the named subscriptions that have a webhook."""
    rows = session.exec(select(Subscription).where(col(Subscription.name).in_(names))).all()
    return {row.name: row.webhook_secret for row in rows if row.webhook_secret}


def wish_of(row: Subscription) -> dict[str, Any]:
    """Return what a stored subscription wishes, with the keys of the watchlist; what says nothing is left out."""
    quiet = f"{row.quiet_from}-{row.quiet_until}" if row.quiet_from is not None else None
    digest = row.frequency in (Frequency.DAILY, Frequency.WEEKLY)
    asked = ("figures", "issues", "kinds", "signals", "outlets", "minimum_confidence", "own_words_only")
    wish = {
        name: getattr(row, name) for name in ("name", *asked, "frequency", "timezone", "most_per_hour", "paused_until")
    }
    wish |= {"hour": row.digest_hour if digest else None, "quiet_hours": quiet}
    wish |= {"email": row.email, "webhook": row.webhook, "chat": row.chat}
    return {name: value for name, value in wish.items() if value not in (None, [], "", False)}


def new_secret() -> str:
    """Return a fresh signing secret in the form of Standard Webhooks."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _save(
    session: Session, old: Subscription | None, wish: SubscriptionWish, *, origin: Origin, now: datetime
) -> tuple[Change, ...]:
    values = {**_columns(wish), "origin": origin}
    if wish.webhook is not None:
        same_endpoint = old is not None and old.webhook == wish.webhook
        values["webhook_secret"] = (same_endpoint and old and old.webhook_secret) or new_secret()
    if old is None:
        session.add(Subscription(**values, created_at=now))
        return (Change("added", "subscription", wish.name),)
    if old.email != wish.email:
        values["token"] = new_token()  # who read the link at the old address has no say over the new one
    return note_change(session, old, Change("changed", "subscription", wish.name), {**values, "retired_at": None})


def _columns(wish: SubscriptionWish) -> dict[str, Any]:
    """Name a wish's parts as the table does; a pause of which the file is silent is the subscriber's own affair."""
    values = wish.model_dump(mode="json", exclude={"frequency", "hour", "quiet_hours", "paused_until"})
    quiet = wish.quiet_hours
    values |= {"frequency": wish.frequency, "digest_hour": wish.hour}
    values |= {"quiet_from": quiet and quiet.start, "quiet_until": quiet and quiet.until}
    return values | ({"paused_until": wish.silent_until} if wish.speaks_of_a_pause else {})

"""What the holder of a subscription's token sees of it and may change: its mail, and a pause."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from services.api import consents
from shared.sealing import hash_of
from shared.tables import Figure, Issue, Subscription
from shared.vocabulary import Frequency


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription as its holder reads it; empty names mean all."""

    id: int
    name: str
    token: str
    figures: tuple[str, ...]
    issues: tuple[str, ...]
    kinds: tuple[str, ...]
    signals: tuple[str, ...]
    frequency: Frequency
    timezone: str
    hour: int
    paused_until: datetime | None
    email: str | None
    mail_agreed: bool
    ended: bool


def subscription_of(session: Session, token: str) -> SubscriptionView | None:
    """Return the subscription that a token opens."""
    wanted = hash_of(token)
    row = session.exec(select(Subscription).where(Subscription.token_hash == wanted)).first()
    if row is None or row.id is None or not hmac.compare_digest(row.token_hash, wanted):
        return None
    return SubscriptionView(
        id=row.id,
        name=row.name,
        token=token,
        figures=_names(session, Figure, row.figures),
        issues=_names(session, Issue, row.issues),
        kinds=tuple(row.kinds),
        signals=tuple(row.signals),
        frequency=row.chosen_frequency or row.frequency,
        timezone=row.timezone,
        hour=row.digest_hour,
        paused_until=row.paused_until,
        email=row.email,
        mail_agreed=consents.has_agreed(session, row.id, row.email),
        ended=row.retired_at is not None,
    )


def end_mail(session: Session, subscription: SubscriptionView, *, now: datetime) -> None:
    """Withdraw the consent to mail; it stays withdrawn whatever a watchlist says, until its holder agrees again."""
    if subscription.email is not None:
        consents.withdraw(session, subscription.id, subscription.email, now=now)


def agree_to_mail(session: Session, subscription: SubscriptionView, *, now: datetime) -> None:
    """Agree to mail again."""
    if subscription.email is not None:
        consents.agree_again(session, subscription.id, subscription.email, now=now)


def pause(session: Session, subscription: SubscriptionView, *, until: datetime | None) -> None:
    """Be silent until a time, or speak again at once."""
    row = session.get_one(Subscription, subscription.id)
    row.paused_until = until
    session.add(row)


def choose_frequency(session: Session, subscription: SubscriptionView, frequency: Frequency) -> None:
    """Have it as often as its holder likes, whatever the operator's watchlist says."""
    row = session.get_one(Subscription, subscription.id)
    row.chosen_frequency = frequency
    session.add(row)


def _names(session: Session, table: type[Figure] | type[Issue], ids: list[str]) -> tuple[str, ...]:
    names = dict(session.exec(select(table.id, table.name).where(col(table.id).in_(ids))).all())
    return tuple(names.get(one, one) for one in ids)

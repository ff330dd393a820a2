"""What the holder of a subscription's token sees of it and may change: its mail, and a pause."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from shared.tables import Consent, Figure, Issue, Subscription
from shared.vocabulary import Frequency

LONGEST_CONFIRMATION = timedelta(hours=48)
consent: Table = Consent.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription as its holder reads it; empty names mean all."""

    id: int
    name: str
    token: str
    figures: tuple[str, ...]
    issues: tuple[str, ...]
    kinds: tuple[str, ...]
    frequency: Frequency
    paused_until: datetime | None
    email: str | None
    mail_agreed: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to an address that has not been answered, or too late."""

    subscription_id: int
    name: str
    expired: bool


def subscription_of(session: Session, token: str) -> SubscriptionView | None:
    """Return the subscription that a token opens."""
    row = session.exec(select(Subscription).where(Subscription.token == token)).first()
    if row is None or row.id is None:
        return None
    answer = session.get(Consent, row.id)
    return SubscriptionView(
        id=row.id,
        name=row.name,
        token=token,
        figures=_names(session, Figure, row.figures),
        issues=_names(session, Issue, row.issues),
        kinds=tuple(row.kinds),
        frequency=row.frequency,
        paused_until=row.paused_until,
        email=row.email,
        mail_agreed=answer is None or answer.address != row.email or answer.confirmed_at is not None,
        ended=row.retired_at is not None,
    )


def end_mail(session: Session, subscription: SubscriptionView, *, now: datetime) -> None:
    """Withdraw the consent to mail; it stays withdrawn whatever a watchlist says, until its holder agrees again."""
    if subscription.email is None:
        return
    withdrawn = {"address": subscription.email, "asked_at": now, "confirmed_at": None}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(consent).values(
        subscription_id=subscription.id, token_hash=hash_of(secrets.token_urlsafe(32)), **withdrawn
    )
    session.execute(row.on_conflict_do_update(index_elements=["subscription_id"], set_=withdrawn))


def agree_to_mail(session: Session, subscription: SubscriptionView, *, now: datetime) -> None:
    """Agree to mail again: who holds the token has read it in a mail to this address."""
    answer = session.get(Consent, subscription.id)
    if answer is not None and answer.address == subscription.email:
        answer.confirmed_at = now
        session.add(answer)


def pause(session: Session, subscription: SubscriptionView, *, until: datetime | None) -> None:
    """Be silent until a time, or speak again at once."""
    row = session.get_one(Subscription, subscription.id)
    row.paused_until = until
    session.add(row)


def question_of(session: Session, token: str, *, now: datetime) -> Asked | None:
    """Return what a confirmation token asks."""
    answer = session.exec(select(Consent).where(Consent.token_hash == hash_of(token))).first()
    if answer is None:
        return None
    subscription = session.get_one(Subscription, answer.subscription_id)
    expired = answer.confirmed_at is None and now - answer.asked_at > LONGEST_CONFIRMATION
    return Asked(subscription_id=answer.subscription_id, name=subscription.name, expired=expired)


def confirm(session: Session, question: Asked, *, now: datetime) -> None:
    """Say yes; saying it again changes nothing."""
    answer = session.get_one(Consent, question.subscription_id)
    answer.confirmed_at = answer.confirmed_at or now
    session.add(answer)


def hash_of(token: str) -> str:
    """Return what is stored of a token that only its receiver may know."""
    return hashlib.sha256(token.encode()).hexdigest()


def _names(session: Session, table: type[Figure] | type[Issue], ids: list[str]) -> tuple[str, ...]:
    names = dict(session.exec(select(table.id, table.name).where(col(table.id).in_(ids))).all())
    return tuple(names.get(one, one) for one in ids)

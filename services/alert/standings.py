"""How each subscription stands: what it asks for, its ways out, and which of them are closed and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select
from sqlmodel import Session, col

from services.alert.rows import subscriber_of
from services.alert.values import Subscriber
from shared.failures import UserMistake
from shared.tables import Consent, Endpoint, Mailbox, Subscription
from shared.vocabulary import ChannelKind

NOT_AGREED = "the address has not agreed to mail yet"
SAID_NO = "its holder wants no mail"


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription with all of its ways, and why nothing goes out by the `closed` ones."""

    name: str
    who: Subscriber
    closed: tuple[tuple[ChannelKind, str], ...]
    created_at: datetime

    @property
    def ways(self) -> tuple[tuple[ChannelKind, str, str], ...]:
        """Each channel, its address and why it is closed, empty where it is open."""
        why = dict(self.closed)
        return tuple((channel, address, why.get(channel, "")) for channel, address in self.who.ways)


def subscriptions(session: Session) -> tuple[Standing, ...]:
    """Return every subscription that still wants to hear, by name."""
    wanted = _joined().order_by(col(Subscription.name))
    return tuple(_standing(*row) for row in session.execute(wanted))


def subscription_named(session: Session, name: str) -> Standing:
    """Return one subscription, or raise `UserMistake` where none of that name wants to hear."""
    found = session.execute(_joined().where(col(Subscription.name) == name)).one_or_none()
    if found is None:
        raise UserMistake(f"there is no subscription '{name}'; `stancewatch subscriptions list` shows them")
    return _standing(*found)


def _joined() -> Select[Subscription, Endpoint | None, Mailbox | None, Consent | None]:
    off = and_(
        col(Endpoint.subscription_id) == Subscription.id,
        col(Endpoint.address) == Subscription.webhook,
        col(Endpoint.disabled_at).is_not(None),
    )
    bounces = and_(col(Mailbox.address) == Subscription.email, col(Mailbox.suppressed_at).is_not(None))
    answer = and_(col(Consent.subscription_id) == Subscription.id, col(Consent.address) == Subscription.email)
    return (
        select(Subscription, Endpoint, Mailbox, Consent)
        .outerjoin(Endpoint, off)
        .outerjoin(Mailbox, bounces)
        .outerjoin(Consent, answer)
        .where(col(Subscription.retired_at).is_(None))
    )


def _standing(row: Subscription, off: Endpoint | None, bounces: Mailbox | None, answer: Consent | None) -> Standing:
    reasons = (
        (ChannelKind.EMAIL, _why_silent(answer) or (bounces.reason if bounces else "")),
        (ChannelKind.WEBHOOK, off.reason if off else ""),
    )
    closed = tuple((channel, why) for channel, why in reasons if why)
    return Standing(row.name, subscriber_of(row, mail_agreed=True), closed, row.created_at)


def _why_silent(answer: Consent | None) -> str:
    if answer is not None and answer.confirmed_at is not None:
        return ""
    return SAID_NO if answer is not None and answer.withdrawn_at is not None else NOT_AGREED

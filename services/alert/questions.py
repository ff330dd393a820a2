"""Asking addresses whether they want mail at all: the one mail that is sent before a yes."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.alert.delivery import lane_of
from services.alert.matching import WhyAlerted
from shared.sealing import hash_of
from shared.tables import Alert, Consent, Delivery, Subscription
from shared.vocabulary import ChannelKind, DeliveryState, News

MOST_A_DAY = 3  # questions to one address, by whatever subscription: nobody is to be flooded with them
A_DAY = timedelta(days=1)


def ask_those_due(session: Session, *, most: int, now: datetime) -> tuple[int, ...]:
    """Write a question to each address that is to be asked; return the ids of their deliveries, which are due now."""
    due = (
        select(Consent, Subscription)
        .join(Subscription, col(Subscription.id) == Consent.subscription_id)
        .where(col(Consent.ask_at) <= now)
        .order_by(col(Consent.ask_at), col(Consent.subscription_id))
        .limit(most)
        .with_for_update(skip_locked=True, of=Consent)
    )
    asked = [_ask(session, answer, subscription, now) for answer, subscription in session.exec(due)]
    return tuple(delivery_id for delivery_id in asked if delivery_id is not None)


def _ask(session: Session, answer: Consent, subscription: Subscription, now: datetime) -> int | None:
    answer.ask_at = None
    session.add(answer)
    wanted = subscription.retired_at is None and subscription.email == answer.address
    if not wanted or answer.confirmed_at is not None or answer.withdrawn_at is not None:
        return None
    if _asked_lately(session, answer.address, since=now - A_DAY) >= MOST_A_DAY:
        answer.ask_at = now + A_DAY
        return None
    answer.token = token_urlsafe(32)
    answer.token_hash = hash_of(answer.token)
    answer.asked_at, answer.times_asked = now, answer.times_asked + 1
    return _question(session, answer, now)


def _asked_lately(session: Session, address: str, *, since: datetime) -> int:
    same = func.lower(col(Consent.address)) == address.lower()
    return session.exec(select(func.count()).select_from(Consent).where(same, col(Consent.asked_at) > since)).one()


def _question(session: Session, answer: Consent, now: datetime) -> int | None:
    alert = Alert(
        shift_id=None,
        subscription_id=answer.subscription_id,
        news=News.QUESTION,
        reason=WhyAlerted.NAMED,
        raised_at=now,
    )
    session.add(alert)
    session.flush()
    assert alert.id is not None
    delivery = Delivery(
        alert_id=alert.id,
        channel=ChannelKind.EMAIL,
        address=answer.address,
        lane=lane_of(ChannelKind.EMAIL, answer.address),
        key=uuid4().hex,
        state=DeliveryState.PENDING,
        next_attempt_at=now,
        nudged_at=now,
    )
    session.add(delivery)
    session.flush()
    return delivery.id

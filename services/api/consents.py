"""Who has agreed to mail: asked for when a subscription wishes it, given and taken back by the address's holder."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from shared.failures import UserMistake
from shared.sealing import hash_of
from shared.tables import Consent, Subscription

LONGEST_QUESTION = timedelta(hours=48)
MOST_QUESTIONS = 3
EVERYBODY = ("*",)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to an address that has not been answered, or too late."""

    subscription_id: int
    name: str
    expired: bool


def is_vouched(address: str, vouched: Collection[str]) -> bool:
    """Tell whether the operator answers for an address: by itself, by its domain (`@paper.example`) or by `*`."""
    whole = address.lower()
    domain = f"@{whole.rpartition('@')[2]}"
    return any(one.strip().lower() in (whole, domain, "*") for one in vouched)


def wish_mail(
    session: Session, subscriptions: Iterable[Subscription], *, vouched: Collection[str], by: str, now: datetime
) -> None:
    """Have each address asked once whether it wants mail; whom the operator vouches for is not asked.

    A no stays a no. An answer is of one address: another one is asked anew.
    """
    rows = tuple(subscriptions)
    known_ones = select(Consent).where(col(Consent.subscription_id).in_([row.id for row in rows]))
    stored = {one.subscription_id: one for one in session.exec(known_ones)}
    for row in rows:
        if row.email is None or row.id is None:
            continue
        known = stored.get(row.id)
        answer = known if known is not None and known.address == row.email else None
        if answer is None:
            answer = known or Consent(subscription_id=row.id, address=row.email)
            _forget(answer, row.email)
            answer.asked_by, answer.ask_at = by, now
        if answer.withdrawn_at is None and answer.confirmed_at is None and is_vouched(row.email, vouched):
            answer.confirmed_at, answer.ask_at = now, None
        session.add(answer)
    session.flush()


def ask_again(session: Session, name: str, *, now: datetime) -> None:
    """Have an address asked once more; raise `UserMistake` where it has answered or was asked often enough."""
    row = session.exec(select(Subscription).where(col(Subscription.name) == name)).one_or_none()
    answer = session.get(Consent, row.id) if row is not None else None
    if row is None or answer is None or answer.address != row.email:
        raise UserMistake(
            f"no address of a subscription '{name}' was asked; `stancewatch subscriptions list` shows them"
        )
    if answer.confirmed_at is not None:
        raise UserMistake(f"'{name}': its address has agreed already")
    if answer.withdrawn_at is not None:
        raise UserMistake(f"'{name}': its holder wants no mail; only they can change that, by the link in their mail")
    if answer.times_asked >= MOST_QUESTIONS:
        raise UserMistake(f"'{name}': its address was asked {MOST_QUESTIONS} times and did not answer; leave it alone")
    answer.ask_at = now
    session.add(answer)


def unanswered(session: Session, names: Collection[str]) -> tuple[str, ...]:
    """Return those of the named subscriptions whose address gets no mail until it says yes."""
    waiting = (
        select(Subscription.name)
        .join(Consent, col(Consent.subscription_id) == Subscription.id)
        .where(col(Subscription.name).in_(names), Consent.address == Subscription.email)
        .where(col(Consent.confirmed_at).is_(None), col(Consent.withdrawn_at).is_(None))
    )
    return tuple(sorted(session.exec(waiting)))


def has_agreed(session: Session, subscription_id: int, address: str | None) -> bool:
    """Tell whether mail may go to an address for a subscription."""
    answer = session.get(Consent, subscription_id)
    return answer is not None and answer.address == address and answer.confirmed_at is not None


def question_of(session: Session, token: str, *, now: datetime) -> Asked | None:
    """Return what a confirmation token asks; nothing where it was withdrawn, or another address is asked by now."""
    wanted = hash_of(token)
    answer = session.exec(select(Consent).where(Consent.token_hash == wanted)).first()
    if answer is None or answer.withdrawn_at is not None or not hmac.compare_digest(answer.token_hash or "", wanted):
        return None
    subscription = session.get_one(Subscription, answer.subscription_id)
    if subscription.email != answer.address or subscription.retired_at is not None:
        return None
    asked_at = answer.asked_at or now
    expired = answer.confirmed_at is None and now - asked_at > LONGEST_QUESTION
    return Asked(subscription_id=answer.subscription_id, name=subscription.name, expired=expired)


def confirm(session: Session, question: Asked, *, now: datetime) -> None:
    """Say yes; saying it again changes nothing."""
    answer = session.get_one(Consent, question.subscription_id)
    answer.confirmed_at, answer.ask_at = answer.confirmed_at or now, None
    session.add(answer)


def decline(session: Session, question: Asked, *, now: datetime) -> None:
    """Say no to the question itself; its link is worth nothing afterwards."""
    withdraw(session, question.subscription_id, session.get_one(Consent, question.subscription_id).address, now=now)


def withdraw(session: Session, subscription_id: int, address: str, *, now: datetime) -> None:
    """Say no; it stays a no whatever a watchlist says, until its holder agrees again."""
    answer = session.get(Consent, subscription_id) or Consent(subscription_id=subscription_id, address=address)
    if answer.address != address:
        _forget(answer, address)
    answer.confirmed_at, answer.ask_at, answer.withdrawn_at = None, None, answer.withdrawn_at or now
    session.add(answer)


def agree_again(session: Session, subscription_id: int, address: str, *, now: datetime) -> None:
    """Take a no back: who holds the subscription's link has read it in a mail to this address."""
    answer = session.get(Consent, subscription_id)
    if answer is not None and answer.address == address and answer.withdrawn_at is not None:
        answer.confirmed_at, answer.withdrawn_at = now, None
        session.add(answer)


def _forget(answer: Consent, address: str) -> None:
    answer.address, answer.times_asked, answer.asked_at = address, 0, None
    answer.token = answer.token_hash = answer.ask_at = answer.confirmed_at = answer.withdrawn_at = None

"""How receivers stand, in rows: what outcomes do to endpoints and mailboxes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from services.alert.bounces import Standing, standing_after
from services.alert.channels.base import Outcome
from services.alert.delivery import DueDelivery
from services.alert.endpoints import Health, health_after
from shared.tables import Endpoint, Mailbox
from shared.vocabulary import ChannelKind


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver made of a delivery, and when."""

    due: DueDelivery
    outcome: Outcome
    at: datetime


def note_answers(session: Session, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Save what answers say of their receivers; return those that switched a webhook off just now."""
    calls = [answer for answer in answers if answer.due.channel is ChannelKind.WEBHOOK]
    mails = [answer for answer in answers if answer.due.channel is ChannelKind.EMAIL]
    mailboxes = _mailboxes(session, {mail.due.address for mail in mails})
    for mail in mails:
        _note_mailbox(session, mailboxes, mail)
    endpoints = _endpoints(session, {call.due.address for call in calls})
    return tuple(call for call in calls if _note_endpoint(session, endpoints, call))


def enable_endpoint(session: Session, subscription_id: int, address: str) -> None:
    """Forget all failures of an endpoint, so that it is called again."""
    row = session.get(Endpoint, (subscription_id, address))
    if row is not None:
        session.delete(row)


def _note_endpoint(session: Session, known: dict[tuple[int, str], Endpoint], call: Answer) -> bool:
    key = (call.due.subscription_id, call.due.address)
    row = known.get(key)
    before = Health(row.failing_since, row.disabled_at, row.reason) if row else Health()
    after = health_after(before, call.outcome, now=call.at)
    if after == before:
        return False
    row = known.setdefault(key, row or Endpoint(subscription_id=key[0], address=key[1]))
    row.failing_since, row.disabled_at, row.reason = after.failing_since, after.disabled_at, after.reason
    session.add(row)
    return after.disabled_at is not None and before.disabled_at is None


def _note_mailbox(session: Session, known: dict[str, Mailbox], mail: Answer) -> None:
    address = mail.due.address
    row = known.get(address)
    before = Standing(row.score, row.bounced_at, row.suppressed_at, row.reason) if row else Standing()
    after = standing_after(before, mail.outcome, now=mail.at)
    if after == before:
        return
    row = known.setdefault(address, row or Mailbox(address=address))
    row.score, row.bounced_at = after.score, after.bounced_at
    row.suppressed_at, row.reason = after.suppressed_at, after.reason
    session.add(row)


def _endpoints(session: Session, addresses: Collection[str]) -> dict[tuple[int, str], Endpoint]:
    if not addresses:
        return {}
    rows = session.exec(select(Endpoint).where(col(Endpoint.address).in_(addresses)))
    return {(row.subscription_id, row.address): row for row in rows}


def _mailboxes(session: Session, addresses: Collection[str]) -> dict[str, Mailbox]:
    if not addresses:
        return {}
    return {row.address: row for row in session.exec(select(Mailbox).where(col(Mailbox.address).in_(addresses)))}

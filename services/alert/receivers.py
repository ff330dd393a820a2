"""How receivers stand, in rows: what each outcome does to an endpoint or a mailbox."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.alert.bounces import Standing, standing_after
from services.alert.channels.base import Outcome
from services.alert.delivery import DueDelivery
from services.alert.endpoints import Health, health_after
from shared.tables import Endpoint, Mailbox
from shared.vocabulary import ChannelKind


def note_outcome(session: Session, due: DueDelivery, outcome: Outcome, *, now: datetime) -> bool:
    """Save what an outcome says of its receiver; tell whether that switched a webhook off just now."""
    match due.channel:
        case ChannelKind.WEBHOOK:
            return _note_endpoint(session, due, outcome, now)
        case ChannelKind.EMAIL:
            _note_mailbox(session, due.address, outcome, now)
    return False


def enable_endpoint(session: Session, subscription_id: int, address: str) -> None:
    """Forget all failures of an endpoint, so that it is called again."""
    row = session.get(Endpoint, (subscription_id, address))
    if row is not None:
        session.delete(row)


def _note_endpoint(session: Session, due: DueDelivery, outcome: Outcome, now: datetime) -> bool:
    key = (due.subscription_id, due.address)
    row = session.get(Endpoint, key)
    before = Health(row.failing_since, row.disabled_at, row.reason) if row else Health()
    after = health_after(before, outcome, now=now)
    if after == before:
        return False
    row = row or Endpoint(subscription_id=due.subscription_id, address=due.address)
    row.failing_since, row.disabled_at, row.reason = after.failing_since, after.disabled_at, after.reason
    session.add(row)
    return after.disabled_at is not None and before.disabled_at is None


def _note_mailbox(session: Session, address: str, outcome: Outcome, now: datetime) -> None:
    row = session.get(Mailbox, address)
    before = Standing(row.score, row.bounced_at, row.suppressed_at, row.reason) if row else Standing()
    after = standing_after(before, outcome, now=now)
    if after == before:
        return
    row = row or Mailbox(address=address)
    row.score, row.bounced_at = after.score, after.bounced_at
    row.suppressed_at, row.reason = after.suppressed_at, after.reason
    session.add(row)

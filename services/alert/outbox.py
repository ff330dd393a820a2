"""What waits to be sent: which deliveries are due, what travels with them, how each try begins and ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, Table, Update, and_, case, func, or_, select, update
from sqlmodel import Session, col

from services.alert.delivery import DueDelivery, Settlement, WhyNotTried
from services.alert.rows import due_of, occasion_of
from shared import leases
from shared.leases import Lease
from shared.tables import Alert, Attempt, Delivery, Endpoint, Mailbox, Shift, Subscription
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, ShiftStatus

attempt: Table = Attempt.__table__  # type: ignore[attr-defined]
delivery: Table = Delivery.__table__  # type: ignore[attr-defined]

WAITING = (DeliveryState.PENDING, DeliveryState.RETRY)
Joined = tuple[Delivery, Alert, Subscription, ShiftStatus, Endpoint | None, Mailbox | None]


def due_delivery(session: Session, delivery_id: int, *, now: datetime) -> DueDelivery | None:
    """Return the delivery if its time has come, or if its last try broke off; None where nothing is to be done."""
    row = session.execute(
        _joined().where(col(Delivery.id) == delivery_id, or_(_waits(now), _broke_off(session)))
    ).one_or_none()
    return None if row is None else _due(row, now)


def travelling_with(session: Session, leader: DueDelivery, *, now: datetime) -> tuple[DueDelivery, ...]:
    """Return the deliveries whose alerts go in the leader's message, the oldest first."""
    joined = _joined().where(col(Delivery.sent_with_id) == leader.delivery_id)
    waiting = joined.where(col(Delivery.state) == DeliveryState.PENDING).order_by(col(Delivery.id))
    return tuple(_due(row, now) for row in session.execute(waiting))


def start_attempt(session: Session, due: DueDelivery, *, seconds: float, now: datetime) -> Lease | None:
    """Save that a try begins, before its first byte leaves; None where another worker was faster."""
    number = due.attempts + 1
    lease = leases.take(
        session,
        delivery,
        _unchanged(due),
        seconds=seconds,
        state=DeliveryState.SENDING,
        attempts=number,
        nudged_at=now,
        address=due.address,
    )
    if lease is not None:
        _close_broken_attempt(session, due, now)
        begun = Attempt(delivery_id=due.delivery_id, number=number, started_at=now, outcome=AttemptOutcome.STARTED)
        session.add(begun)
    return lease


def finish_attempt(session: Session, due: DueDelivery, lease: Lease, settled: Settlement, *, now: datetime) -> None:
    """Save what a try came to; raise `LeaseLost` where the delivery was taken over meanwhile."""
    reason = "" if settled.state is DeliveryState.DELIVERED else settled.detail
    ending = {"state": settled.state, "delivered_at": settled.delivered_at, "reason": reason}
    this = delivery.c.id == due.delivery_id
    leases.let_go(session, delivery, this, lease, next_attempt_at=settled.next_attempt_at, nudged_at=None, **ending)
    tried = and_(attempt.c.delivery_id == due.delivery_id, attempt.c.number == due.attempts + 1)
    session.execute(
        update(attempt).where(tried).values(finished_at=now, outcome=settled.outcome, detail=settled.detail)
    )
    if settled.state is not DeliveryState.RETRY:
        session.execute(_followers(due.delivery_id).values(ending))


def set_aside(session: Session, due: DueDelivery, why: WhyNotTried, *, now: datetime) -> None:
    """Save that a due delivery is not tried, and why; what was to travel with it finds another one to lead."""
    state = DeliveryState.UNKNOWN if why is WhyNotTried.IN_DOUBT else DeliveryState.DEAD
    reason = f"{why.value}: {due.closed}" if due.closed else why.value
    ending = {"state": state, "next_attempt_at": None, "reason": reason, "lease_token": None, "lease_until": None}
    _close_broken_attempt(session, due, now)
    session.execute(update(delivery).where(_unchanged(due)).values(ending))
    leader = session.scalar(
        select(func.min(delivery.c.id)).where(
            delivery.c.sent_with_id == due.delivery_id, delivery.c.state == DeliveryState.PENDING
        )
    )
    if leader is not None:
        leads = delivery.c.id == leader
        session.execute(
            _followers(due.delivery_id).values(
                sent_with_id=case((leads, None), else_=leader), next_attempt_at=case((leads, now), else_=None)
            )
        )


def deliveries_due(session: Session, *, renudge: timedelta, most: int, now: datetime) -> tuple[int, ...]:
    """Return deliveries whose time has come and that were not nudged within `renudge`; they count as nudged now."""
    quiet = or_(col(Delivery.nudged_at).is_(None), col(Delivery.nudged_at) <= now - renudge)
    found = session.scalars(
        select(delivery.c.id)
        .where(or_(_waits(now), _broke_off(session)), quiet)
        .order_by(delivery.c.next_attempt_at, delivery.c.id)
        .limit(most)
    ).all()
    session.execute(update(delivery).where(delivery.c.id.in_(found)).values(nudged_at=now))
    return tuple(found)


def _joined() -> Select[*Joined]:
    """A delivery with its subscription, its shift, and the endpoint or mailbox that takes nothing more."""
    endpoint = and_(
        col(Endpoint.subscription_id) == Subscription.id,
        col(Endpoint.address) == Subscription.webhook,
        col(Endpoint.disabled_at).is_not(None),
    )
    mailbox = and_(col(Mailbox.address) == Subscription.email, col(Mailbox.suppressed_at).is_not(None))
    return (
        select(Delivery, Alert, Subscription, col(Shift.status), Endpoint, Mailbox)
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .join(Subscription, col(Subscription.id) == Alert.subscription_id)
        .join(Shift, col(Shift.id) == Alert.shift_id)
        .outerjoin(Endpoint, endpoint)
        .outerjoin(Mailbox, mailbox)
    )


def _due(row: Row[*Joined], now: datetime) -> DueDelivery:
    sent, raised, subscription, status, endpoint, mailbox = row
    off, bounces = endpoint.reason if endpoint else "", mailbox.reason if mailbox else ""
    closed = {ChannelKind.WEBHOOK: off, ChannelKind.EMAIL: bounces}.get(sent.channel, "")
    occasion = occasion_of(raised, subscription, status, note=off)
    return due_of(sent, subscription, occasion, closed=closed, now=now)


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(col(Delivery.state).in_(WAITING), col(Delivery.next_attempt_at) <= now)


def _broke_off(session: Session) -> ColumnElement[bool]:
    lease_over = col(Delivery.lease_until) < leases.database_now(session)
    return and_(col(Delivery.state) == DeliveryState.SENDING, lease_over)


def _unchanged(due: DueDelivery) -> ColumnElement[bool]:
    return and_(delivery.c.id == due.delivery_id, delivery.c.state == due.state, delivery.c.attempts == due.attempts)


def _followers(leader_id: int) -> Update:
    return update(delivery).where(delivery.c.sent_with_id == leader_id, delivery.c.state == DeliveryState.PENDING)


def _close_broken_attempt(session: Session, due: DueDelivery, now: datetime) -> None:
    last = and_(attempt.c.delivery_id == due.delivery_id, attempt.c.outcome == AttemptOutcome.STARTED)
    detail = "the worker died; it may have arrived"
    broken = update(attempt).where(last)
    session.execute(broken.values(outcome=AttemptOutcome.INTERRUPTED, finished_at=now, detail=detail))

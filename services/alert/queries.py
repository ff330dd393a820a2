"""What alert asks of the database and writes to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Table, and_, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from services.alert.delivery import DueDelivery, Hindrance, Settlement
from services.alert.matching import AlertDraft
from services.alert.rows import due_of, report_of, subscriber_of, witness_of
from services.alert.values import ShiftReport, Subscriber
from shared import leases
from shared.failures import PermanentFailure, UserMistake
from shared.leases import Lease
from shared.tables import Alert, Article, Attempt, Delivery, Figure, Issue, Shift, Statement, Subscription
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState

alert: Table = Alert.__table__  # type: ignore[attr-defined]
attempt: Table = Attempt.__table__  # type: ignore[attr-defined]
delivery: Table = Delivery.__table__  # type: ignore[attr-defined]

WAITING = (DeliveryState.PENDING, DeliveryState.RETRY)


def shift_report(session: Session, shift_id: int) -> ShiftReport:
    """Return a shift with both statements and both articles."""
    before, after = aliased(Statement), aliased(Statement)
    article_before, article_after = aliased(Article), aliased(Article)
    row = session.execute(
        select(Shift, Figure, Issue, before, article_before, after, article_after)
        .join(Figure, col(Figure.id) == Shift.figure_id)
        .join(Issue, col(Issue.id) == Shift.issue_id)
        .join(before, col(before.id) == Shift.before_statement_id)
        .join(article_before, col(article_before.id) == before.article_id)
        .join(after, col(after.id) == Shift.after_statement_id)
        .join(article_after, col(article_after.id) == after.article_id)
        .where(col(Shift.id) == shift_id)
    ).one_or_none()
    if row is None:
        raise PermanentFailure(f"shift {shift_id} is not in the database")
    shift, figure, issue, *seen = row
    return report_of(shift, figure, issue, before=witness_of(seen[0], seen[1]), after=witness_of(seen[2], seen[3]))


def subscribers(session: Session) -> tuple[Subscriber, ...]:
    """Return every subscription that still wants to hear."""
    wanted = select(Subscription).where(col(Subscription.retired_at).is_(None)).order_by(col(Subscription.id))
    return tuple(subscriber_of(row) for row in session.scalars(wanted))


def save_alerts(session: Session, shift_id: int, drafts: Sequence[AlertDraft], *, now: datetime) -> tuple[int, ...]:
    """Raise the alerts that are not raised yet, each with its deliveries; return the ids of the new deliveries."""
    if not drafts:
        return ()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    raised = session.execute(
        dialect.insert(alert).on_conflict_do_nothing().returning(alert.c.id, alert.c.subscription_id),
        [
            {
                "shift_id": shift_id,
                "subscription_id": draft.subscriber.subscription_id,
                "reason": draft.reason.value,
                "raised_at": now,
            }
            for draft in drafts
        ],
    ).all()
    ways = {draft.subscriber.subscription_id: draft.subscriber.ways for draft in drafts}
    deliveries = [
        _new_delivery(row.id, channel, address, now) for row in raised for channel, address in ways[row.subscription_id]
    ]
    if not deliveries:
        return ()
    return tuple(sorted(session.scalars(insert(delivery).returning(delivery.c.id), deliveries)))


def due_delivery(session: Session, delivery_id: int, *, now: datetime) -> DueDelivery | None:
    """Return the delivery if its time has come, or if its last try broke off; None where nothing is to be done."""
    waits = and_(col(Delivery.state).in_(WAITING), col(Delivery.next_attempt_at) <= now)
    row = session.execute(
        select(Delivery, Alert, Subscription, col(Shift.status))
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .join(Subscription, col(Subscription.id) == Alert.subscription_id)
        .join(Shift, col(Shift.id) == Alert.shift_id)
        .where(col(Delivery.id) == delivery_id, or_(waits, _broke_off(session)))
    ).one_or_none()
    return None if row is None else due_of(*row)


def start_attempt(session: Session, due: DueDelivery, *, seconds: float, now: datetime) -> Lease | None:
    """Save that a try begins, before its first byte leaves; None where another worker was faster."""
    unchanged = and_(
        delivery.c.id == due.delivery_id, delivery.c.state == due.state, delivery.c.attempts == due.attempts
    )
    number = due.attempts + 1
    lease = leases.take(
        session, delivery, unchanged, seconds=seconds, state=DeliveryState.SENDING, attempts=number, nudged_at=now
    )
    if lease is not None:
        _close_broken_attempt(session, due, now)
        session.add(Attempt(delivery_id=due.delivery_id, number=number, started_at=now, outcome=AttemptOutcome.STARTED))
    return lease


def finish_attempt(session: Session, due: DueDelivery, lease: Lease, settled: Settlement, *, now: datetime) -> None:
    """Save what a try came to; raise `LeaseLost` where the delivery was taken over meanwhile."""
    leases.let_go(
        session,
        delivery,
        delivery.c.id == due.delivery_id,
        lease,
        state=settled.state,
        next_attempt_at=settled.next_attempt_at,
        delivered_at=settled.delivered_at,
        reason="" if settled.state is DeliveryState.DELIVERED else settled.detail,
        nudged_at=None,
    )
    this = and_(attempt.c.delivery_id == due.delivery_id, attempt.c.number == due.attempts + 1)
    session.execute(update(attempt).where(this).values(finished_at=now, outcome=settled.outcome, detail=settled.detail))


def set_aside(session: Session, due: DueDelivery, hindrance: Hindrance, *, now: datetime) -> None:
    """Save that a due delivery is not tried, and why."""
    state = DeliveryState.UNKNOWN if hindrance is Hindrance.IN_DOUBT else DeliveryState.DEAD
    unchanged = and_(
        delivery.c.id == due.delivery_id, delivery.c.state == due.state, delivery.c.attempts == due.attempts
    )
    _close_broken_attempt(session, due, now)
    session.execute(
        update(delivery)
        .where(unchanged)
        .values(state=state, next_attempt_at=None, reason=hindrance.value, lease_token=None, lease_until=None)
    )


def deliveries_due(session: Session, *, renudge: timedelta, most: int, now: datetime) -> tuple[int, ...]:
    """Return deliveries whose time has come and that were not nudged within `renudge`; they count as nudged now."""
    waits = and_(col(Delivery.state).in_(WAITING), col(Delivery.next_attempt_at) <= now)
    quiet = or_(col(Delivery.nudged_at).is_(None), col(Delivery.nudged_at) <= now - renudge)
    found = session.scalars(
        select(delivery.c.id)
        .where(or_(waits, _broke_off(session)), quiet)
        .order_by(delivery.c.next_attempt_at, delivery.c.id)
        .limit(most)
    ).all()
    session.execute(update(delivery).where(delivery.c.id.in_(found)).values(nudged_at=now))
    return tuple(found)


def retry_delivery(session: Session, delivery_id: int, *, now: datetime) -> None:
    """Make a delivery due at once, whatever became of it; raise `UserMistake` where there is nothing to retry."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        raise UserMistake(f"there is no delivery {delivery_id}; `stancewatch deliveries list` shows them")
    if row.state in (DeliveryState.PENDING, DeliveryState.SENDING):
        raise UserMistake(f"delivery {delivery_id} is {row.state}; only one that failed, waits or arrived is retried")
    unchanged = and_(delivery.c.id == delivery_id, delivery.c.state == row.state)
    session.execute(
        update(delivery)
        .where(unchanged)
        .values(state=DeliveryState.RETRY, next_attempt_at=now, delivered_at=None, nudged_at=now, reason="")
    )


def _broke_off(session: Session) -> ColumnElement[bool]:
    lease_over = col(Delivery.lease_until) < leases.database_now(session)
    return and_(col(Delivery.state) == DeliveryState.SENDING, lease_over)


def _close_broken_attempt(session: Session, due: DueDelivery, now: datetime) -> None:
    last = and_(attempt.c.delivery_id == due.delivery_id, attempt.c.outcome == AttemptOutcome.STARTED)
    broken = {
        "outcome": AttemptOutcome.INTERRUPTED,
        "finished_at": now,
        "detail": "the worker died; it may have arrived",
    }
    session.execute(update(attempt).where(last).values(broken))


def _new_delivery(alert_id: int, channel: ChannelKind, address: str, now: datetime) -> dict[str, object]:
    return {
        "alert_id": alert_id,
        "channel": channel,
        "address": address,
        "key": uuid4().hex,
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_attempt_at": now,
        "nudged_at": now,
        "reason": "",
    }

"""What waits to be sent: which deliveries are due, what travels with them, how each try begins and ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Session, col

from services.alert.delivery import DueDelivery, Settlement, WhyNotTried
from services.alert.rows import Receiver, asking_of, due_of, occasion_of, ways_of
from shared import leases
from shared.leases import Lease
from shared.tables import Alert, Attempt, Consent, Delivery, Endpoint, Mailbox, Pressure, Shift, Subscription
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, News, ShiftStatus

attempt: Table = Attempt.__table__  # type: ignore[attr-defined]
delivery: Table = Delivery.__table__  # type: ignore[attr-defined]

WAITING = (DeliveryState.PENDING, DeliveryState.RETRY)


@dataclass(frozen=True, slots=True)
class Ended:
    """A try that left `since` and came to something `at`; `leads` where other deliveries travelled in its message."""

    due: DueDelivery
    lease: Lease
    settled: Settlement
    since: datetime
    at: datetime
    leads: bool

    @property
    def of_followers(self) -> dict[str, object]:
        reason = "" if self.settled.state is DeliveryState.DELIVERED else self.settled.detail
        return {"state": self.settled.state, "delivered_at": self.settled.delivered_at, "reason": reason}

    @property
    def of_delivery(self) -> dict[str, object]:
        new = {f"new_{name}": value for name, value in self.of_followers.items()}
        this = {"this": self.due.delivery_id, "token": self.lease.token}
        return {**this, **new, "new_next_attempt_at": self.settled.next_attempt_at}

    @property
    def of_attempt(self) -> dict[str, object]:
        times = {"new_started_at": self.since, "new_finished_at": self.at}
        log = {**times, "new_outcome": self.settled.outcome, "new_detail": self.settled.detail}
        return {"this": self.due.delivery_id, "this_number": self.due.attempts + 1, **log}


Receivers = tuple[Endpoint | None, Mailbox | None, Consent | None]
Joined = tuple[Delivery, Alert, Subscription, ShiftStatus | None, int | None, *Receivers]


def lane_if_due(session: Session, delivery_id: int, *, now: datetime) -> str | None:
    """Return the lane of a delivery whose time has come, or whose last try broke off; nothing for any other."""
    asked = select(delivery.c.lane).where(delivery.c.id == delivery_id, or_(_waits(now), _broke_off(session)))
    return session.execute(asked).scalar_one_or_none()


def next_due(
    session: Session, *, most: int, passing_over: Collection[str], now: datetime
) -> tuple[tuple[int, str], ...]:
    """Return the deliveries whose time came first with their lanes, save those in lanes that are passed over."""
    due = select(delivery.c.id, delivery.c.lane).where(_waits(now), delivery.c.lane.not_in(passing_over))
    rows = session.execute(due.order_by(delivery.c.next_attempt_at, delivery.c.id).limit(most))
    return tuple((row.id, row.lane) for row in rows)


def due_deliveries(session: Session, delivery_ids: Collection[int], *, now: datetime) -> tuple[DueDelivery, ...]:
    """Return those of the deliveries whose time has come, or whose last try broke off."""
    due = _joined().where(col(Delivery.id).in_(delivery_ids), or_(_waits(now), _broke_off(session)))
    return tuple(_due(row, now) for row in session.execute(due.order_by(col(Delivery.id))))


def travelling_with(
    session: Session, leaders: Collection[int], *, now: datetime
) -> tuple[tuple[int, DueDelivery], ...]:
    """Return the deliveries whose alerts go in a leader's message, each after its leader's id, the oldest first."""
    joined = _joined().where(col(Delivery.sent_with_id).in_(leaders), col(Delivery.state) == DeliveryState.PENDING)
    rows = session.execute(joined.order_by(col(Delivery.id)))
    return tuple((row[0].sent_with_id, _due(row, now)) for row in rows if row[0].sent_with_id is not None)


def start_attempts(
    session: Session, due: Sequence[DueDelivery], *, seconds: float, now: datetime
) -> tuple[tuple[DueDelivery, Lease], ...]:
    """Save that tries begin, before their first byte leaves; those are missing where another worker was faster."""
    moment = leases.database_now(session)
    lease = Lease(uuid4().hex, moment + timedelta(seconds=seconds))
    ids = [one.delivery_id for one in due]
    taken = session.scalars(
        update(delivery)
        .where(delivery.c.id.in_(ids), or_(_waits(now), _broke_off(session)))
        .values(lease_token=lease.token, lease_until=lease.until, state=DeliveryState.SENDING)
        .values(attempts=delivery.c.attempts + 1, nudged_at=now)
        .returning(delivery.c.id)
    ).all()
    begun = tuple(one for one in due if one.delivery_id in set(taken))
    for one in begun:
        if one.state is DeliveryState.SENDING:
            _close_broken_attempt(session, one, now)
    if begun:
        session.execute(insert(attempt), [_begun(one, now) for one in begun])
    return tuple((one, lease) for one in begun)


def finish_attempts(session: Session, ended: Sequence[Ended]) -> None:
    """Save what tries came to; one whose delivery was taken over meanwhile changes nothing."""
    connection = session.connection()
    mine = and_(delivery.c.id == bindparam("this"), delivery.c.lease_token == bindparam("token"))
    columns = ("state", "next_attempt_at", "delivered_at", "reason")
    let_go = update(delivery).where(mine).values({name: bindparam(f"new_{name}") for name in columns})
    freed = let_go.values(lease_token=None, lease_until=None, nudged_at=None)
    connection.execute(freed, [one.of_delivery for one in ended])
    number = and_(attempt.c.delivery_id == bindparam("this"), attempt.c.number == bindparam("this_number"))
    open_still = attempt.c.outcome == AttemptOutcome.STARTED
    logged: dict[str, BindParameter[Any]] = {
        name: bindparam(f"new_{name}") for name in ("started_at", "finished_at", "outcome", "detail")
    }
    connection.execute(update(attempt).where(number, open_still).values(logged), [one.of_attempt for one in ended])
    for one in ended:
        if one.leads and one.settled.state is not DeliveryState.RETRY:
            session.execute(_followers(one.due.delivery_id).values(one.of_followers))


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
    """A delivery with its subscription, its shift or the pressure that lasts, and whoever takes nothing more."""
    endpoint = and_(
        col(Endpoint.subscription_id) == Subscription.id,
        col(Endpoint.address) == Subscription.webhook,
        col(Endpoint.disabled_at).is_not(None),
    )
    mailbox = and_(col(Mailbox.address) == Subscription.email, col(Mailbox.suppressed_at).is_not(None))
    lasting = and_(col(Pressure.id) == Alert.pressure_id, col(Pressure.ended_at).is_(None))
    answer = and_(col(Consent.subscription_id) == Subscription.id, col(Consent.address) == Subscription.email)
    return (
        select(Delivery, Alert, Subscription, col(Shift.status), col(Pressure.id), Endpoint, Mailbox, Consent)
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .join(Subscription, col(Subscription.id) == Alert.subscription_id)
        .outerjoin(Shift, col(Shift.id) == Alert.shift_id)
        .outerjoin(Pressure, lasting)
        .outerjoin(Endpoint, endpoint)
        .outerjoin(Mailbox, mailbox)
        .outerjoin(Consent, answer)
    )


def _due(row: Row[*Joined], now: datetime) -> DueDelivery:
    sent, raised, subscription, status, lasting, endpoint, mailbox, answer = row
    off, bounces = endpoint.reason if endpoint else "", mailbox.reason if mailbox else ""
    closed = {ChannelKind.WEBHOOK: off, ChannelKind.EMAIL: bounces}.get(sent.channel, "")
    stands = status is ShiftStatus.STANDING or lasting is not None
    occasion = occasion_of(raised, subscription, stands=stands, note=off)
    if raised.news is News.QUESTION:
        asking = asking_of(subscription, answer)
        receiver = Receiver(subscription.email or "" if asking else "", closed, asking)
    else:
        agreed = answer is not None and answer.confirmed_at is not None
        receiver = Receiver(dict(ways_of(subscription, mail_agreed=agreed)).get(sent.channel, ""), closed)
    return due_of(sent, subscription, occasion, receiver=receiver, now=now)


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(col(Delivery.state).in_(WAITING), col(Delivery.next_attempt_at) <= now)


def _broke_off(session: Session) -> ColumnElement[bool]:
    lease_over = col(Delivery.lease_until) < leases.database_now(session)
    return and_(col(Delivery.state) == DeliveryState.SENDING, lease_over)


def _unchanged(due: DueDelivery) -> ColumnElement[bool]:
    return and_(delivery.c.id == due.delivery_id, delivery.c.state == due.state, delivery.c.attempts == due.attempts)


def _begun(due: DueDelivery, now: datetime) -> dict[str, object]:
    number = due.attempts + 1
    return {
        "delivery_id": due.delivery_id,
        "number": number,
        "started_at": now,
        "outcome": AttemptOutcome.STARTED,
        "detail": "",
    }


def _followers(leader_id: int) -> Update:
    return update(delivery).where(delivery.c.sent_with_id == leader_id, delivery.c.state == DeliveryState.PENDING)


def _close_broken_attempt(session: Session, due: DueDelivery, now: datetime) -> None:
    last = and_(attempt.c.delivery_id == due.delivery_id, attempt.c.outcome == AttemptOutcome.STARTED)
    detail = "the worker died; it may have arrived"
    broken = update(attempt).where(last)
    session.execute(broken.values(outcome=AttemptOutcome.INTERRUPTED, finished_at=now, detail=detail))

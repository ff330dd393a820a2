"""What the rows say of what people heard, and which shifts stand otherwise than they heard last."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, Table, and_, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from services.alert.delivery import WhyNotTried
from services.alert.hearing import Copy, Fate
from services.alert.matching import WhyAlerted
from services.alert.returned import RETURNED
from shared.tables import Alert, Attempt, Delivery, Shift, Subscription
from shared.vocabulary import AttemptOutcome, DeliveryState, News, ShiftStatus

alert: Table = Alert.__table__  # type: ignore[attr-defined]
delivery: Table = Delivery.__table__  # type: ignore[attr-defined]

TELLING = (News.DETECTED, News.CORRECTED)
MAY_HAVE_ARRIVED = (DeliveryState.DELIVERED, DeliveryState.UNKNOWN, DeliveryState.SENDING)
IN_DOUBT = (AttemptOutcome.ACCEPTED, AttemptOutcome.INTERRUPTED, AttemptOutcome.TIMED_OUT)
NO_LONGER_TRUE = (WhyNotTried.DISPROVED.value, WhyNotTried.REINSTATED.value)


def copies_of(session: Session, shift_ids: Collection[int]) -> tuple[Copy, ...]:
    """Return every copy of every alert of these shifts, in the order in which the alerts were raised."""
    left = exists().where(col(Attempt.delivery_id) == delivery.c.id, col(Attempt.outcome).in_(IN_DOUBT))
    wanted = (
        select(
            *(alert.c.id, alert.c.subscription_id, alert.c.shift_id, alert.c.news, alert.c.instead_of_id),
            *(alert.c.reason, alert.c.raised_at, delivery.c.channel, delivery.c.state),
            *(delivery.c.reason.label("detail"), left.label("left")),
        )
        .outerjoin(delivery, delivery.c.alert_id == alert.c.id)
        .where(alert.c.shift_id.in_(tuple(shift_ids)), alert.c.news.in_((*TELLING, News.WITHDRAWN)))
        .order_by(alert.c.id, delivery.c.id)
    )
    return tuple(
        Copy(
            alert_id=row.id,
            subscription_id=row.subscription_id,
            shift_id=row.shift_id,
            news=row.news,
            instead_of=row.instead_of_id,
            reason=WhyAlerted(row.reason),
            raised_at=row.raised_at,
            channel=row.channel,
            fate=_fate(row.state, row.detail or "", left=row.left),
        )
        for row in session.execute(wanted)
    )


def stand_otherwise(session: Session, *, most: int) -> frozenset[int]:
    """Return shifts that stand, or do not, otherwise than somebody heard last, with nothing about it under way."""
    fallen = _told(*TELLING).where(col(Shift.status) != ShiftStatus.STANDING)
    standing = _told(News.WITHDRAWN).where(col(Shift.status) == ShiftStatus.STANDING)
    return frozenset(one for asked in (fallen, standing) for one in session.scalars(asked.limit(most)))


def _fate(state: DeliveryState | None, detail: str, *, left: bool) -> Fate:
    if detail.startswith(RETURNED):  # a server took it, but the mailbox never had it
        return Fate.LOST
    if state in MAY_HAVE_ARRIVED or left:
        return Fate.HEARD
    if state in (DeliveryState.PENDING, DeliveryState.RETRY):
        return Fate.WAITS
    return Fate.MOOT if detail.startswith(NO_LONGER_TRUE) else Fate.LOST


def _told(*news: News) -> Select[int]:
    """Shifts that somebody heard such news of by some channel, and neither heard more of by it nor will."""
    later, same_way, any_way = aliased(Alert), aliased(Delivery), aliased(Delivery)
    moot = and_(
        col(same_way.state) == DeliveryState.DEAD,
        or_(*(col(same_way.reason).startswith(why, autoescape=True) for why in NO_LONGER_TRUE)),
    )
    by_it = exists().where(col(same_way.alert_id) == later.id, col(same_way.channel) == delivery.c.channel, ~moot)
    by_none = ~exists().where(col(any_way.alert_id) == later.id)
    more = exists().where(
        col(later.subscription_id) == alert.c.subscription_id,
        col(later.id) > alert.c.id,
        or_(col(later.shift_id) == alert.c.shift_id, col(later.instead_of_id) == alert.c.shift_id),
        or_(by_it, by_none),
    )
    return (
        select(alert.c.shift_id)
        .join(Shift, col(Shift.id) == alert.c.shift_id)
        .join(Subscription, col(Subscription.id) == alert.c.subscription_id)
        .join(delivery, delivery.c.alert_id == alert.c.id)
        .where(col(Subscription.retired_at).is_(None), alert.c.news.in_(news))
        .where(delivery.c.state.in_(MAY_HAVE_ARRIVED), ~more)
        .distinct()
    )

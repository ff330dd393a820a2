"""What was sent and answered, as rows that a person reads, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Select, select
from sqlmodel import Session, col

from shared.tables import Alert, Attempt, Delivery, Pressure, Shift, Subscription
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, News, ShiftKind

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One channel's copy of an alert, and how it stands."""

    id: int
    alert_id: int
    subscription: str
    channel: ChannelKind
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    reason: str
    figure: str
    issue: str
    kind: ShiftKind | None
    raised_at: datetime
    news: News


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try at sending."""

    number: int
    started_at: datetime
    finished_at: datetime | None
    outcome: AttemptOutcome
    detail: str


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a long list: at most `most`, all older than the row with id `before`."""

    most: int = 100
    before: int | None = None


def list_deliveries(
    session: Session, page: Page = Page(), *, states: Iterable[DeliveryState] = DeliveryState
) -> tuple[DeliveryRow, ...]:
    """Return deliveries in any of `states`, the newest first."""
    wanted = (
        select(Delivery, Alert, col(Subscription.name), Shift, Pressure)
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .join(Subscription, col(Subscription.id) == Alert.subscription_id)
        .outerjoin(Shift, col(Shift.id) == Alert.shift_id)
        .outerjoin(Pressure, col(Pressure.id) == Alert.pressure_id)
        .where(col(Delivery.state).in_(tuple(states)))
    )
    return tuple(_delivery_row(*row) for row in session.execute(_paged(wanted, col(Delivery.id), page)))


def list_attempts(session: Session, delivery_id: int) -> tuple[AttemptRow, ...]:
    """Return every try of one delivery, in order."""
    tries = select(Attempt).where(col(Attempt.delivery_id) == delivery_id).order_by(col(Attempt.number))
    return tuple(
        AttemptRow(row.number, row.started_at, row.finished_at, row.outcome, row.detail)
        for row in session.scalars(tries)
    )


def _paged(wanted: Select[*Columns], key: Any, page: Page) -> Select[*Columns]:
    older = wanted if page.before is None else wanted.where(key < page.before)
    return older.order_by(key.desc()).limit(page.most)


def _delivery_row(
    delivery: Delivery, alert: Alert, subscription: str, shift: Shift | None, pressure: Pressure | None
) -> DeliveryRow:
    assert delivery.id is not None
    topic = shift or pressure
    return DeliveryRow(
        id=delivery.id,
        alert_id=delivery.alert_id,
        subscription=subscription,
        channel=delivery.channel,
        state=delivery.state,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at,
        delivered_at=delivery.delivered_at,
        reason=delivery.reason,
        figure=topic.figure_id if topic else "",
        issue=topic.issue_id if topic else "",
        kind=shift.kind if shift else None,
        raised_at=alert.raised_at,
        news=alert.news,
    )

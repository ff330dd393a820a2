"""What was raised, sent and answered, as rows that a person reads, the newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Select, select
from sqlmodel import Session, col

from shared.tables import Alert, Attempt, Delivery, Shift, Subscription
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, News, ShiftKind, Stance

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert, with how each of its copies stands."""

    id: int
    subscription: str
    shift_id: int
    figure: str
    issue: str
    kind: ShiftKind
    from_stance: Stance
    to_stance: Stance
    at: datetime
    news: News
    reason: str
    raised_at: datetime
    deliveries: tuple[tuple[ChannelKind, DeliveryState], ...]


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
    kind: ShiftKind
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


def list_alerts(session: Session, page: Page = Page()) -> tuple[AlertRow, ...]:
    """Return alerts, the newest first."""
    wanted = (
        select(Alert, col(Subscription.name), Shift)
        .join(Subscription, col(Subscription.id) == Alert.subscription_id)
        .join(Shift, col(Shift.id) == Alert.shift_id)
    )
    rows = session.execute(_paged(wanted, col(Alert.id), page)).all()
    states = _states(session, [alert.id for alert, _, _ in rows])
    return tuple(_alert_row(alert, name, shift, states[alert.id]) for alert, name, shift in rows)


def list_deliveries(
    session: Session, page: Page = Page(), *, states: Iterable[DeliveryState] = DeliveryState
) -> tuple[DeliveryRow, ...]:
    """Return deliveries in any of `states`, the newest first."""
    wanted = (
        select(Delivery, Alert, col(Subscription.name), Shift)
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .join(Subscription, col(Subscription.id) == Alert.subscription_id)
        .join(Shift, col(Shift.id) == Alert.shift_id)
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


def _states(session: Session, alert_ids: list[int]) -> dict[int, tuple[tuple[ChannelKind, DeliveryState], ...]]:
    found: dict[int, tuple[tuple[ChannelKind, DeliveryState], ...]] = defaultdict(tuple)
    copies = select(Delivery).where(col(Delivery.alert_id).in_(alert_ids)).order_by(col(Delivery.id))
    for row in session.scalars(copies):
        found[row.alert_id] += ((row.channel, row.state),)
    return found


def _alert_row(
    alert: Alert, subscription: str, shift: Shift, deliveries: tuple[tuple[ChannelKind, DeliveryState], ...]
) -> AlertRow:
    assert alert.id is not None
    return AlertRow(
        id=alert.id,
        subscription=subscription,
        shift_id=alert.shift_id,
        figure=shift.figure_id,
        issue=shift.issue_id,
        kind=shift.kind,
        from_stance=shift.from_stance,
        to_stance=shift.to_stance,
        at=shift.at,
        news=alert.news,
        reason=alert.reason,
        raised_at=alert.raised_at,
        deliveries=deliveries,
    )


def _delivery_row(delivery: Delivery, alert: Alert, subscription: str, shift: Shift) -> DeliveryRow:
    assert delivery.id is not None
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
        figure=shift.figure_id,
        issue=shift.issue_id,
        kind=shift.kind,
        raised_at=alert.raised_at,
        news=alert.news,
    )

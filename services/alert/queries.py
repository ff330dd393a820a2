"""What alert asks of the database about shifts and subscribers, and the alerts that it writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Table, and_, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col

from services.alert.corrections import Turn
from services.alert.delivery import kept_address, lane_of
from services.alert.raising import About, AlertDraft, Way
from services.alert.rows import subscriber_of, turn_of
from services.alert.values import Subscriber, Wishes
from shared.failures import UserMistake
from shared.tables import Alert, Consent, Delivery, Figure, Handoff, Issue, Shift, Subscription
from shared.vocabulary import ChannelKind, DeliveryState, News

alert: Table = Alert.__table__  # type: ignore[attr-defined]
delivery: Table = Delivery.__table__  # type: ignore[attr-defined]

MISSED = (DeliveryState.DEAD, DeliveryState.UNKNOWN, DeliveryState.RETRY)
Travel = tuple[int, ChannelKind, datetime]


def turns_beside(session: Session, shift_id: int) -> tuple[Turn, ...]:
    """Return every shift, standing or disproved, of the same figure on the same issue, that one among them."""
    this = aliased(Shift)
    same = and_(col(this.figure_id) == Shift.figure_id, col(this.issue_id) == Shift.issue_id)
    wanted = select(Shift).join(this, same).where(col(this.id) == shift_id).order_by(col(Shift.at), col(Shift.id))
    return tuple(turn_of(row) for row in session.scalars(wanted))


def subscribers(session: Session) -> tuple[Subscriber, ...]:
    """Return every subscription that still wants to hear; mail goes only where it was agreed to."""
    yes = and_(col(Consent.address) == Subscription.email, col(Consent.confirmed_at).is_not(None))
    asked = select(col(Consent.subscription_id)).join(Subscription, col(Subscription.id) == Consent.subscription_id)
    agreed = frozenset(session.scalars(asked.where(yes)))
    # to unseal these takes time
    unread = (col(Subscription.token), col(Subscription.webhook_secret), col(Subscription.previous_secret))
    wanted = select(Subscription).where(col(Subscription.retired_at).is_(None)).order_by(col(Subscription.id))
    wanted = wanted.options(*(defer(one) for one in unread))  # type: ignore[arg-type]
    return tuple(subscriber_of(row, mail_agreed=row.id in agreed) for row in session.scalars(wanted))


def by_their_names(session: Session, wishes: Wishes) -> Wishes:
    """Return wishes with the figures and issues called as people know them."""
    figures = dict(session.execute(select(col(Figure.id), col(Figure.name))).tuples().all())
    issues = dict(session.execute(select(col(Issue.id), col(Issue.name))).tuples().all())
    return replace(
        wishes,
        figures=tuple(figures.get(one, one) for one in wishes.figures),
        issues=tuple(issues.get(one, one) for one in wishes.issues),
    )


def alerts_lately(session: Session, *, since: datetime) -> dict[int, int]:
    """Return how many alerts each subscription had since then."""
    told = (alert.c.raised_at > since, alert.c.news != News.QUESTION)
    counted = select(alert.c.subscription_id, func.count()).where(*told)
    return {row[0]: row[1] for row in session.execute(counted.group_by(alert.c.subscription_id))}


def in_hand(session: Session, shift_ids: Iterable[int]) -> frozenset[int]:
    """Return those of the shifts whose alerts are still to be raised."""
    waiting = select(col(Handoff.subject_id)).where(col(Handoff.task) == "alert.raise_alerts")
    return frozenset(session.scalars(waiting.where(col(Handoff.subject_id).in_(tuple(shift_ids)))))


def save_alerts(session: Session, about: About, drafts: Sequence[AlertDraft], *, now: datetime) -> tuple[int, ...]:
    """Raise the alerts that are not raised yet, each with its deliveries; return the ids of those that are due now."""
    if not drafts:
        return ()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    raised = session.execute(
        dialect.insert(alert).on_conflict_do_nothing().returning(alert),
        [_alert_values(about, draft, now) for draft in drafts],
    ).all()
    ways = {(draft.subscription_id, draft.news, draft.nth): draft.ways for draft in drafts}
    leaders = _waiting_leaders(session, now) if any(way.slot.shared for of in ways.values() for way in of) else {}
    deliveries = [
        _delivery_values(row.id, way, leaders.get((row.subscription_id, way.channel, way.slot.at)), now)
        for row in raised
        for way in ways[row.subscription_id, row.news, row.nth]
    ]
    if not deliveries:
        return ()
    saved = session.execute(insert(delivery).returning(delivery.c.id, delivery.c.next_attempt_at), deliveries)
    return tuple(sorted(row.id for row in saved if row.next_attempt_at is not None and row.next_attempt_at <= now))


def retry_delivery(session: Session, delivery_id: int, *, now: datetime) -> None:
    """Make a delivery due at once, whatever became of it; raise `UserMistake` where there is nothing to retry."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        raise UserMistake(f"there is no delivery {delivery_id}; `stancewatch deliveries list` shows them")
    if row.state in (DeliveryState.PENDING, DeliveryState.SENDING):
        raise UserMistake(f"delivery {delivery_id} is {row.state}; only one that failed, waits or arrived is retried")
    session.execute(
        update(delivery).where(delivery.c.id == delivery_id, delivery.c.state == row.state).values(_anew(now))
    )


def replay_since(session: Session, subscription_id: int, *, since: datetime, now: datetime) -> tuple[int, ...]:
    """Make all due at once that a subscription missed since then or waits for; return the deliveries' ids."""
    raised = select(alert.c.id).where(alert.c.subscription_id == subscription_id, alert.c.raised_at >= since)
    missed = and_(delivery.c.alert_id.in_(raised), delivery.c.state.in_(MISSED))
    return tuple(sorted(session.scalars(update(delivery).where(missed).values(_anew(now)).returning(delivery.c.id))))


def _anew(now: datetime) -> Mapping[str, object]:
    fresh = {"state": DeliveryState.RETRY, "next_attempt_at": now, "nudged_at": now}
    return {**fresh, "delivered_at": None, "reason": "", "sent_with_id": None}


def _waiting_leaders(session: Session, now: datetime) -> dict[Travel, int]:
    """Return the deliveries whose message others may still join, by whom it is for, how and when it leaves.

    They are held until the joining is saved: one that left meanwhile would never tell what joined it.
    """
    waits = and_(delivery.c.state == DeliveryState.PENDING, delivery.c.next_attempt_at > now, delivery.c.attempts == 0)
    leaders = (
        select(delivery.c.id, alert.c.subscription_id, delivery.c.channel, delivery.c.next_attempt_at)
        .join(alert, alert.c.id == delivery.c.alert_id)
        .where(waits, delivery.c.sent_with_id.is_(None))
        .order_by(delivery.c.id.desc())
        .with_for_update(read=True, of=delivery)
    )
    return {(row.subscription_id, row.channel, row.next_attempt_at): row.id for row in session.execute(leaders)}


def _alert_values(about: About, draft: AlertDraft, now: datetime) -> dict[str, object]:
    whom = {"subscription_id": draft.subscription_id, "nth": draft.nth, "instead_of_id": draft.instead_of}
    return {**asdict(about), **whom, "news": draft.news, "reason": draft.reason.value, "raised_at": now}


def _delivery_values(alert_id: int, way: Way, leader_id: int | None, now: datetime) -> dict[str, object]:
    joins = leader_id is not None and way.slot.shared
    return {
        "alert_id": alert_id,
        "channel": way.channel,
        "address": kept_address(way.channel, way.address),
        "lane": lane_of(way.channel, way.address),
        "key": uuid4().hex,
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_attempt_at": None if joins else way.slot.at,
        "nudged_at": now if way.slot.at <= now else None,
        "reason": "",
        "sent_with_id": leader_id if joins else None,
    }

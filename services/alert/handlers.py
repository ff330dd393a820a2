"""Raising alerts and delivering them, each in four paragraphs: read, act, decide, write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from services.alert import outbox, queries, receivers
from services.alert.channels.base import Channels, Parcel, carry
from services.alert.corrections import news_of, replaced_by, replacement
from services.alert.delivery import DeliveryPolicy, DueDelivery, Try, settle, why_not_tried
from services.alert.message import Message, write_message
from services.alert.raising import AlertDraft, draft_alerts, draft_corrections, draft_notice
from shared import handoffs, heartbeat
from shared.events import DeliveryDue, ShiftDetected
from shared.failures import LeaseLost
from shared.leases import Lease, LeasePolicy
from shared.transaction import Begin, Publish, Transaction
from shared.vocabulary import News, ShiftStatus

RAISE_ALERTS = "alert.raise_alerts"
LATELY = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Begun:
    """A try that is on record and about to be carried out."""

    due: DueDelivery
    lease: Lease
    parcel: Parcel


def raise_alerts(shift_id: int, *, begin: Begin, lease: LeasePolicy, now: datetime) -> None:
    """Raise one alert for each subscription that asked for this shift, or one correction for each that was told."""
    with begin() as tx:
        claim = handoffs.take(tx.session, RAISE_ALERTS, shift_id, policy=lease)
    if claim is None:
        return

    try:
        with begin() as tx:
            # whom to tell depends on who was told: nothing of that may change between reading and writing
            drafts = _drafts(tx.session, shift_id, now=now)
            _raise(tx, shift_id, drafts, now=now)
            handoffs.finish(tx.session, claim)
    except LeaseLost:
        log.info("alerts_raised_by_another", shift=shift_id)
        return
    log.info("alerts_raised", shift=shift_id, alerts=len(drafts))


def deliver(delivery_id: int, *, begin: Begin, channels: Channels, policy: DeliveryPolicy, now: datetime) -> None:
    """Try once to bring a due delivery to its receiver; what comes of it, and when to try again, is a row."""
    begun = _begin_try(delivery_id, begin=begin, policy=policy, now=now)
    if begun is None:
        return
    due = begun.due

    carried = carry(channels[due.channel], begun.parcel)  # no transaction is open while we wait

    ended = now + carried.took
    settled = settle(Try(due.key, due.attempts + 1), carried.outcome, policy=policy, now=ended)

    try:
        with begin() as tx:
            outbox.finish_attempt(tx.session, due, begun.lease, settled, now=ended)
            if receivers.note_outcome(tx.session, due, carried.outcome, now=ended):
                _tell_owner(tx, due, now=ended)
    except LeaseLost:
        log.warning("delivery_taken_over", delivery=delivery_id)
        return
    log.info("delivery_tried", delivery=delivery_id, state=settled.state.value, seconds=carried.took.total_seconds())


def find_work(*, begin: Begin, publish: Publish, renudge: timedelta, most: int, now: datetime) -> None:
    """Ring again for shifts and deliveries that wait, and show that this worker lives."""
    with begin() as tx:
        heartbeat.beat(tx.session, "alert")
        shifts = handoffs.unanswered(tx.session, (RAISE_ALERTS,), renudge=renudge, most=most)
        disproved = [ShiftDetected(shift_id=found) for found in queries.disproved_but_told(tx.session, most=most)]
        for correction in disproved:
            handoffs.leave(tx.session, correction)
        due = outbox.deliveries_due(tx.session, renudge=renudge, most=most, now=now)

    for event in (*shifts, *disproved, *(DeliveryDue(delivery_id=delivery_id) for delivery_id in due)):
        publish(event)


def _drafts(session: Session, shift_id: int, *, now: datetime) -> tuple[AlertDraft, ...]:
    report, turns = queries.shift_report(session, shift_id), queries.turns_beside(session, shift_id)
    subscribers = queries.subscribers(session)
    if report.status is ShiftStatus.SUPERSEDED:
        (disproved,) = (turn for turn in turns if turn.shift_id == shift_id)
        told = queries.who_was_told(session, [shift_id])
        return draft_corrections(news_of(disproved, turns), told, subscribers, now=now)
    hears_otherwise = {one.subscription_id for one in queries.who_was_told(session, replaced_by(shift_id, turns))}
    lately = queries.alerts_lately(session, since=now - LATELY)
    return draft_alerts(report, subscribers, told=hears_otherwise, lately=lately, now=now)


def _raise(tx: Transaction, shift_id: int, drafts: tuple[AlertDraft, ...], *, now: datetime) -> None:
    for delivery_id in queries.save_alerts(tx.session, shift_id, drafts, now=now):
        tx.emit(DeliveryDue(delivery_id=delivery_id))


def _tell_owner(tx: Transaction, due: DueDelivery, *, now: datetime) -> None:
    log.warning("endpoint_disabled", subscription=due.subscription_id)
    owners = (who for who in queries.subscribers(tx.session) if who.subscription_id == due.subscription_id)
    drafts = tuple(draft_notice(owner, due.occasion.reason, now=now) for owner in owners)
    _raise(tx, due.occasion.shift_id, drafts, now=now)


def _begin_try(delivery_id: int, *, begin: Begin, policy: DeliveryPolicy, now: datetime) -> Begun | None:
    """Save that a try begins before anything leaves, so that a worker's death is seen."""
    with begin() as tx:
        due = outbox.due_delivery(tx.session, delivery_id, now=now)
        if due is None or _set_aside(tx.session, due, policy=policy, now=now):
            return None
        lease = outbox.start_attempt(tx.session, due, seconds=policy.lease.seconds, now=now)
        if lease is None:
            return None
        more = [
            other
            for other in outbox.travelling_with(tx.session, due, now=now)
            if not _set_aside(tx.session, other, policy=policy, now=now)
        ]
        first, *others = (_message(tx.session, one, policy.public_url) for one in (due, *more))
    return Begun(due, lease, Parcel(due.key, due.address, first, now, due.secrets, tuple(others)))


def _set_aside(session: Session, due: DueDelivery, *, policy: DeliveryPolicy, now: datetime) -> bool:
    why = why_not_tried(due, policy=policy)
    if why is None:
        return False
    outbox.set_aside(session, due, why, now=now)
    return True


def _message(session: Session, due: DueDelivery, public_url: str) -> Message:
    report = queries.shift_report(session, due.occasion.shift_id)
    if due.occasion.news is not News.CORRECTED:
        return write_message(report, due.occasion, public_url=public_url)
    turns = queries.turns_beside(session, report.shift_id)
    (disproved,) = (turn for turn in turns if turn.shift_id == report.shift_id)
    instead = replacement(disproved, turns)
    now_told = queries.shift_report(session, instead.shift_id) if instead else report
    return write_message(now_told, due.occasion, public_url=public_url, disproved=report)

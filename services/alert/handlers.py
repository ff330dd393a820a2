"""Raising alerts and delivering them, each in four paragraphs: read, act, decide, write."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from services.alert import queries
from services.alert.channels.base import Channels, Parcel, carry
from services.alert.delivery import DeliveryPolicy, DueDelivery, Try, hinders, settle
from services.alert.matching import AlertDraft, Matched, match
from services.alert.message import Occasion, write_message
from services.alert.values import ShiftReport, Subscriber
from shared import handoffs, heartbeat
from shared.events import DeliveryDue
from shared.failures import LeaseLost
from shared.leases import Lease, LeasePolicy
from shared.transaction import Begin, Publish

RAISE_ALERTS = "alert.raise_alerts"

log = structlog.get_logger()


def raise_alerts(shift_id: int, *, begin: Begin, lease: LeasePolicy, now: datetime) -> None:
    """Raise one alert for each subscription that asked for this shift, with one delivery for each of its channels."""
    with begin() as tx:
        claim = handoffs.take(tx.session, RAISE_ALERTS, shift_id, policy=lease)
        if claim is None:
            return
        report, subscribers = queries.shift_report(tx.session, shift_id), queries.subscribers(tx.session)

    drafts = _who_cares(report, subscribers)

    try:
        with begin() as tx:
            due = queries.save_alerts(tx.session, shift_id, drafts, now=now)
            for delivery_id in due:
                tx.emit(DeliveryDue(delivery_id=delivery_id))
            handoffs.finish(tx.session, claim)
    except LeaseLost:
        log.info("alerts_raised_by_another", shift=shift_id)
        return
    log.info("alerts_raised", shift=shift_id, alerts=len(drafts), deliveries=len(due))


def deliver(delivery_id: int, *, begin: Begin, channels: Channels, policy: DeliveryPolicy, now: datetime) -> None:
    """Try once to bring a due delivery to its receiver; what comes of it, and when to try again, is a row."""
    started = _start(delivery_id, begin=begin, policy=policy, now=now)
    if started is None:
        return
    due, lease, parcel = started

    carried = carry(channels[due.channel], parcel)  # no transaction is open while we wait

    ended = now + carried.took
    settled = settle(Try(due.key, due.attempts + 1), carried.outcome, policy=policy, now=ended)

    try:
        with begin() as tx:
            queries.finish_attempt(tx.session, due, lease, settled, now=ended)
    except LeaseLost:
        log.warning("delivery_taken_over", delivery=delivery_id)
        return
    log.info("delivery_tried", delivery=delivery_id, state=settled.state.value, seconds=carried.took.total_seconds())


def find_work(*, begin: Begin, publish: Publish, renudge: timedelta, most: int, now: datetime) -> None:
    """Ring again for shifts and deliveries that wait, and show that this worker lives."""
    with begin() as tx:
        heartbeat.beat(tx.session, "alert")
        shifts = handoffs.unanswered(tx.session, (RAISE_ALERTS,), renudge=renudge, most=most)
        due = queries.deliveries_due(tx.session, renudge=renudge, most=most, now=now)

    for event in (*shifts, *(DeliveryDue(delivery_id=delivery_id) for delivery_id in due)):
        publish(event)


def _who_cares(report: ShiftReport, subscribers: tuple[Subscriber, ...]) -> tuple[AlertDraft, ...]:
    verdicts = ((subscriber, match(report, subscriber.wishes)) for subscriber in subscribers)
    return tuple(AlertDraft(who, verdict.reason) for who, verdict in verdicts if isinstance(verdict, Matched))


def _start(
    delivery_id: int, *, begin: Begin, policy: DeliveryPolicy, now: datetime
) -> tuple[DueDelivery, Lease, Parcel] | None:
    """Save that a try begins before anything leaves, so that a worker's death is seen."""
    with begin() as tx:
        due = queries.due_delivery(tx.session, delivery_id, now=now)
        if due is None:
            return None
        hindrance = hinders(due, policy=policy)
        if hindrance is not None:
            queries.set_aside(tx.session, due, hindrance, now=now)
            return None
        lease = queries.start_attempt(tx.session, due, seconds=policy.lease.seconds, now=now)
        if lease is None:
            return None
        report = queries.shift_report(tx.session, due.shift_id)
    occasion = Occasion(due.subscription, due.reason, due.raised_at)
    message = write_message(report, occasion, public_url=policy.public_url)
    return due, lease, Parcel(due.key, due.address, message, now, due.secrets)

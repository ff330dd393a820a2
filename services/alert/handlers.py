"""Raising alerts and delivering them, each in four paragraphs: read, act, decide, write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlmodel import Session

from services.alert import heard, outbox, pacing, queries, questions
from services.alert.channels.base import Carried, Channels
from services.alert.corrections import replaced_by, replacements
from services.alert.delivery import DeliveryPolicy
from services.alert.hearing import how_often, what_is_owed
from services.alert.raising import About, AlertDraft, draft_alerts, draft_corrections, numbered
from services.alert.reports import shift_report
from services.alert.sending import Begun, Line, send_side_by_side
from services.alert.tries import Reports, begin_tries, choose_due, end_tries
from services.alert.warning import LATELY, WARN
from shared import handoffs, heartbeat
from shared.events import DeliveryDue, ShiftDetected
from shared.failures import LeaseLost
from shared.leases import LeasePolicy
from shared.transaction import Begin, Publish, Transaction
from shared.vocabulary import ShiftStatus

RAISE_ALERTS = "alert.raise_alerts"
HANDED_OVER = (RAISE_ALERTS, WARN, "alert.rehearse")

log = structlog.get_logger()


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
    """Try a due delivery, and others that are due beside it as far as the policy's width goes.

    What comes of a try, and when to try again, is a row.
    """
    reports: Reports = {}
    since = monotonic()
    with begin() as tx:
        lane = outbox.lane_if_due(tx.session, delivery_id, now=now)
        if lane is None:
            return
        mine = pacing.choose(tx.session, [(delivery_id, lane)], Counter(), policy=policy, now=now)
        first = begin_tries(tx, mine, reports=reports, policy=policy, now=now)

    def take_over(most: int, flying: Counter[str], *, after: timedelta) -> tuple[Begun, ...]:
        with begin() as tx:
            chosen = choose_due(tx.session, most, flying, policy=policy, now=now + after)
            return begin_tries(tx, chosen, reports=reports, policy=policy, now=now + after)

    def until_next(*, after: timedelta) -> timedelta | None:
        with begin() as tx:
            place = pacing.next_place(tx.session, now=now + after)
        return place - now - after if place is not None else None

    def save(carried: Sequence[tuple[Begun, Carried]]) -> None:
        with begin() as tx:
            end_tries(tx, carried, policy=policy)

    line = Line(take_over, until_next, save)
    send_side_by_side(first, since=since, line=line, channels=channels, width=policy.width)


def find_work(*, begin: Begin, publish: Publish, renudge: timedelta, most: int, now: datetime) -> None:
    """Ring again for shifts, pressures and deliveries that wait, and show that this worker lives."""
    with begin() as tx:
        heartbeat.beat(tx.session, "alert")
        shifts = handoffs.unanswered(tx.session, HANDED_OVER, renudge=renudge, most=most)
        otherwise = heard.stand_otherwise(tx.session, most=most)
        owed = [ShiftDetected(shift_id=shift) for shift in otherwise - queries.in_hand(tx.session, otherwise)]
        for correction in owed:
            handoffs.leave(tx.session, correction)
        asked = questions.ask_those_due(tx.session, most=most, now=now)
        due = outbox.deliveries_due(tx.session, renudge=renudge, most=most, now=now)

    for event in (*shifts, *owed, *(DeliveryDue(delivery_id=delivery_id) for delivery_id in (*asked, *due))):
        publish(event)


def _drafts(session: Session, shift_id: int, *, now: datetime) -> tuple[AlertDraft, ...]:
    report, turns = shift_report(session, shift_id), queries.turns_beside(session, shift_id)
    stands = report.status is ShiftStatus.STANDING
    if not stands and queries.in_hand(session, replacements(shift_id, turns)):
        return ()  # what stands in its place is told instead
    subscribers = queries.subscribers(session)
    copies = heard.copies_of(session, [turn.shift_id for turn in turns])
    replaced = replaced_by(shift_id, turns) if stands else ()
    owed = what_is_owed(shift_id, copies, stands=stands, replaced=replaced, now=now)
    drafts = draft_corrections(owed, subscribers, now=now)
    if stands:
        lately = queries.alerts_lately(session, since=now - LATELY)
        drafts = (*draft_alerts(report, subscribers, owed=owed, lately=lately, now=now), *drafts)
    return numbered(drafts, shift_id, how_often(copies))


def _raise(tx: Transaction, shift_id: int, drafts: tuple[AlertDraft, ...], *, now: datetime) -> None:
    for delivery_id in queries.save_alerts(tx.session, About(shift_id=shift_id), drafts, now=now):
        tx.emit(DeliveryDue(delivery_id=delivery_id))

"""Reading timelines again once something on them changed, and telling what that did to shifts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from services.extract import queries
from services.extract.arrivals import arrival_of
from services.extract.explain import Explanation, explain
from services.extract.pressure import read_pressure
from services.extract.queries import Topic
from services.extract.reported_shifts import with_reports
from services.extract.shifts import ShiftDraft, ShiftRules, read_changes
from services.extract.standing import Changed, Raised, StoredShift, Verdict, compare, stored
from services.extract.timeline import DatedStatement, build_timeline
from shared import handoffs
from shared.failures import LeaseLost
from shared.handoffs import Claim
from shared.leases import LeasePolicy
from shared.transaction import Begin, Read, Transaction
from shared.vocabulary import Arrival, Decision, ShiftBasis

REVIEW = "extract.review_positions"

log = structlog.get_logger()


def review_positions(tagging_id: int, *, begin: Begin, rules: ShiftRules, lease: LeasePolicy, now: datetime) -> None:
    """Read again every timeline that one tagging touched; tell of shifts that nobody was told of."""
    with begin() as tx:
        claim = handoffs.take(tx.session, REVIEW, tagging_id, policy=lease)
    if claim is None:
        return
    try:
        told = _review(tagging_id, claim, begin=begin, rules=rules, now=now)
    except LeaseLost:
        log.info("positions_reviewed_elsewhere", tagging_id=tagging_id)
        return
    log.info("positions_reviewed", tagging_id=tagging_id, told=told)


def explain_topic(topic: Topic, *, read: Read, rules: ShiftRules) -> Explanation:
    """Say why a figure's timeline on an issue shows what it shows; nothing is written."""
    with read() as session:
        statements, signals = queries.statements_on(session, topic), queries.signals_on(session, topic)
    return explain(statements, reports=signals.reports, rules=rules)


def _review(tagging_id: int, claim: Claim, *, begin: Begin, rules: ShiftRules, now: datetime) -> int:
    # Deciding is quick, and a timeline must not change between its reading and the writing of what it shows.
    with begin() as tx:
        topics = queries.topics_of_article(tx.session, tagging_id)
        queries.hold_figures(tx.session, topics)
        for topic in topics:
            _review_topic(tx, topic, rules=rules, now=now)
        handoffs.finish(tx.session, claim)
    return len(tx.events)


def _review_topic(tx: Transaction, topic: Topic, *, rules: ShiftRules, now: datetime) -> None:
    statements = queries.statements_on(tx.session, topic)
    known = queries.known_shifts(tx.session, topic)
    decided = queries.decided_pairs(tx.session, topic) if known else {}
    signals = queries.signals_on(tx.session, topic)

    timeline = build_timeline(statements, weights=rules.weights)
    changes = with_reports(read_changes(timeline, rules=rules), timeline, signals.reports, rules=rules)
    shown = _shown(changes, decided, rules=rules, now=now)
    pressing = read_pressure(timeline, signals.calls, rules=rules)
    events = [queries.save_pressure(tx.session, topic, pressing, now=now)]
    for verdict in compare(known, shown):
        arrived = _arrival(verdict, statements, signals.reports, rules=rules)
        events.append(queries.save_verdict(tx.session, topic, verdict, arrived=arrived, now=now))
    for event in events:
        if event is not None:
            tx.emit(event)


def _shown(
    changes: Sequence[ShiftDraft], decided: dict[tuple[int, int], Decision], *, rules: ShiftRules, now: datetime
) -> tuple[StoredShift, ...]:
    """What people may see of the changes: not those that somebody rejected, nor those that waited for too long."""
    shifts = (
        stored(
            change,
            pending_until=change.at + rules.patience,
            decided=decided.get((change.before.quoted, change.after.quoted)),
        )
        for change in changes
    )
    return tuple(
        shift
        for shift in shifts
        if shift.decided is not Decision.REJECT and (shift.pending_until is None or now < shift.pending_until)
    )


def _arrival(
    verdict: Verdict, statements: Sequence[DatedStatement], reports: Sequence[DatedStatement], *, rules: ShiftRules
) -> Arrival:
    """Only what people are told of can be old news."""
    match verdict:
        case Raised(shift) | Changed(_, shift) if shift.basis is ShiftBasis.REPORTED:
            return Arrival(max(reports).arrived)
        case Raised(shift) | Changed(_, shift):
            return arrival_of(shift, statements, rules=rules)
        case _:
            return Arrival.LIVE

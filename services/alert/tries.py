"""How tries begin and end in the database: on record before the first byte leaves, settled after the last."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlmodel import Session

from services.alert import outbox, pacing, queries, receivers, timelines
from services.alert.asking import Question, write_question
from services.alert.channels.base import Carried, Parcel
from services.alert.delivery import DeliveryPolicy, DueDelivery, Try, settle, why_not_tried
from services.alert.early_warning import Telling, write_warning
from services.alert.message import write_message
from services.alert.outbox import Ended
from services.alert.pressures import pressure_report
from services.alert.raising import About, draft_notice
from services.alert.receivers import Answer
from services.alert.reports import shift_report
from services.alert.sending import Begun
from services.alert.values import PressureReport, ShiftReport
from shared.events import DeliveryDue
from shared.transaction import Transaction

Write = Callable[[DueDelivery], Telling | Question]
Told = PressureReport | tuple[ShiftReport, ShiftReport | None]
Reports = dict[tuple[About, int | None], Told]

MOST_LOOKS = 50  # past mail that its domain's pace keeps back; each look moves all that it sees

log = structlog.get_logger()


def begin_tries(
    tx: Transaction, delivery_ids: Sequence[int], *, reports: Reports, policy: DeliveryPolicy, now: datetime
) -> tuple[Begun, ...]:
    """Save that tries begin before anything leaves, so that a worker's death is seen; `reports` spares later reads."""
    due = outbox.due_deliveries(tx.session, delivery_ids, now=now) if delivery_ids else ()
    ready = [one for one in due if not _set_aside(tx.session, one, policy=policy, now=now)]
    begun = outbox.start_attempts(tx.session, ready, seconds=policy.lease.seconds, now=now) if ready else ()
    more: dict[int, list[DueDelivery]] = defaultdict(list)
    for leader, other in outbox.travelling_with(tx.session, [one.delivery_id for one, _ in begun], now=now):
        if not _set_aside(tx.session, other, policy=policy, now=now):
            more[leader].append(other)
    write = _writer(tx.session, reports, policy.public_url)
    return tuple(Begun(one, lease, _parcel(one, more[one.delivery_id], write, now)) for one, lease in begun)


def end_tries(tx: Transaction, carried: Sequence[tuple[Begun, Carried]], *, policy: DeliveryPolicy) -> None:
    """Save what tries came to, and what that says of their receivers."""
    ended, answers = [], []
    for begun, result in carried:
        due, since = begun.due, begun.parcel.sent_at + result.waited
        at = since + result.took
        settled = settle(Try(due.key, due.attempts + 1), result.outcome, policy=policy, now=at)
        ended.append(Ended(due, begun.lease, settled, since, at, leads=bool(begun.parcel.more)))
        answers.append(Answer(due, result.outcome, at))
        log.info(
            "delivery_tried", delivery=due.delivery_id, state=settled.state.value, took=result.took.total_seconds()
        )
    outbox.finish_attempts(tx.session, ended)
    for answer in receivers.note_answers(tx.session, answers):
        _tell_owner(tx, answer.due, now=answer.at)


def choose_due(
    session: Session, most: int, flying: Counter[str], *, policy: DeliveryPolicy, now: datetime
) -> list[int]:
    """Choose at most so many due deliveries: of one lane as many as it has room for, of a domain as its pace allows."""
    busy = [lane for lane, count in flying.items() if count >= policy.width.in_one_lane]
    for _ in range(MOST_LOOKS):
        due = outbox.next_due(session, most=4 * most, passing_over=busy, now=now)
        if chosen := pacing.choose(session, due, flying, policy=policy, now=now):
            return chosen
        if not due:
            break
    return []


def _parcel(due: DueDelivery, more: Sequence[DueDelivery], write: Write, now: datetime) -> Parcel:
    others = tuple(message for message in map(write, more) if not isinstance(message, Question))
    return Parcel(due.key, due.address, write(due), now, due.secrets, others)


def _tell_owner(tx: Transaction, due: DueDelivery, *, now: datetime) -> None:
    log.warning("endpoint_disabled", subscription=due.subscription_id)
    owners = (who for who in queries.subscribers(tx.session) if who.subscription_id == due.subscription_id)
    drafts = tuple(draft_notice(owner, due.occasion.reason, now=now) for owner in owners)
    for delivery_id in queries.save_alerts(tx.session, _about(due), drafts, now=now):
        tx.emit(DeliveryDue(delivery_id=delivery_id))


def _set_aside(session: Session, due: DueDelivery, *, policy: DeliveryPolicy, now: datetime) -> bool:
    why = why_not_tried(due, policy=policy)
    if why is None:
        return False
    outbox.set_aside(session, due, why, now=now)
    return True


def _writer(session: Session, reports: Reports, public_url: str) -> Write:
    """Return what writes messages; a shift that many are told of is read once."""

    def write(due: DueDelivery) -> Telling | Question:
        told = due.occasion
        if due.asking is not None:
            named = queries.by_their_names(session, due.asking.wishes)
            return write_question(replace(due.asking, wishes=named), told, public_url=public_url)
        key = (_about(due), told.instead_of)
        if key not in reports:
            reports[key] = _told(session, *key)
        match reports[key]:
            case PressureReport() as pressure:
                return write_warning(pressure, told, public_url=public_url)
            case report, disproved:
                return write_message(report, told, public_url=public_url, disproved=disproved)

    return write


def _about(due: DueDelivery) -> About:
    return About(due.occasion.shift_id, due.occasion.pressure_id)


def _told(session: Session, about: About, instead_of: int | None) -> Told:
    """Return the pressure to tell of, or the shift and the one that it stands instead of."""
    if about.pressure_id is not None:
        return pressure_report(session, about.pressure_id)
    shift_id = about.shift_id or 0
    bare = shift_report(session, shift_id)
    seen = timelines.timeline(session, bare.figure_id, bare.issue_id, until=bare.at)
    report = replace(bare, timeline=seen)
    return report, shift_report(session, instead_of) if instead_of is not None else None

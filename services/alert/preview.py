"""What a subscription would have told over a stretch of history, and why it did or did not tell of a shift."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from services.alert.heard import TELLING
from services.alert.matching import Matched, Missed, Verdict, match, match_pressure
from services.alert.pressures import pressure_report
from services.alert.reports import shift_report, standing_reports
from services.alert.rows import wishes_of
from services.alert.values import PressureReport, ShiftReport, Wishes
from shared.failures import UserMistake
from shared.tables import Alert, Delivery, Pressure, Shift, Subscription
from shared.vocabulary import Arrival, ChannelKind, DeliveryState, News


@dataclass(frozen=True, slots=True)
class Told:
    """An alert that was raised, and what became of its copies."""

    raised_at: datetime
    reason: str
    copies: tuple[tuple[ChannelKind, DeliveryState, str], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a subscription heard of a shift or a pressure, or did not: what was told, what its wishes say by now."""

    report: ShiftReport | PressureReport
    detected_at: datetime
    verdict: Verdict
    told: Told | None


def would_have_told(session: Session, wishes: Wishes, *, since: datetime) -> tuple[ShiftReport, ...]:
    """Return the standing shifts since then that these wishes ask for, the oldest first; a pause counts for nothing."""
    reports = standing_reports(session, since=since)
    unpaused = replace(wishes, paused_until=None)
    as_news = (replace(report, arrived=Arrival.LIVE) for report in reports)
    return tuple(report for report in as_news if isinstance(match(report, unpaused, now=report.at), Matched))


def explain(session: Session, subscription: str, shift_id: int, *, now: datetime) -> Explanation:
    """Say why the named subscription was told of a shift, or why not."""
    found = _subscription(session, subscription)
    if (shift := session.get(Shift, shift_id)) is None:
        raise UserMistake(f"there is no shift {shift_id}")
    report = shift_report(session, shift_id)
    verdict = match(report, wishes_of(found), now=now)
    return Explanation(report, shift.detected_at, verdict, _told(session, found, col(Alert.shift_id) == shift_id))


def explain_warning(session: Session, subscription: str, pressure_id: int, *, now: datetime) -> Explanation:
    """Say why the named subscription was warned of a pressure, or why not."""
    found = _subscription(session, subscription)
    if (pressure := session.get(Pressure, pressure_id)) is None:
        raise UserMistake(f"there is no pressure {pressure_id}")
    report = pressure_report(session, pressure_id)
    verdict = match_pressure(report, wishes_of(found), now=now)
    told = _told(session, found, col(Alert.pressure_id) == pressure_id)
    return Explanation(report, pressure.noticed_at, verdict, told)


def in_words(verdict: Verdict) -> str:
    """Write a verdict's reason as people read it."""
    match verdict:
        case Matched(reason=why):
            return why.value.replace("_", " ")
        case Missed(reason=why_not):
            return why_not.value.replace("_", " ")


def _subscription(session: Session, name: str) -> Subscription:
    found = session.scalar(select(Subscription).where(col(Subscription.name) == name))
    if found is None:
        raise UserMistake(f"there is no subscription '{name}'")
    return found


def _told(session: Session, subscription: Subscription, this: ColumnElement[bool]) -> Told | None:
    telling = (col(Alert.subscription_id) == subscription.id, this, col(Alert.news).in_((*TELLING, News.PRESSURE)))
    raised = session.scalar(select(Alert).where(*telling).order_by(col(Alert.id).desc()).limit(1))
    if raised is None:
        return None
    copies = session.scalars(select(Delivery).where(col(Delivery.alert_id) == raised.id).order_by(col(Delivery.id)))
    return Told(raised.raised_at, raised.reason, tuple((copy.channel, copy.state, copy.reason) for copy in copies))

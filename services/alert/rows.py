"""Turning rows into the values that alert thinks in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.alert.asking import Asking
from services.alert.corrections import Turn
from services.alert.delivery import DueDelivery
from services.alert.matching import WhyAlerted
from services.alert.message import Occasion
from services.alert.policy import Rhythm
from services.alert.values import ShiftReport, Subscriber, Wishes, Witness
from shared.tables import Alert, Article, Consent, Delivery, Figure, Issue, Shift, Statement, Subscription
from shared.vocabulary import ChannelKind, ShiftKind, SignalKind


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a copy is wanted by now, empty where it is not, why it would not be taken there, what it is asked."""

    address: str
    closed: str
    asking: Asking | None = None


def due_of(
    row: Delivery, subscription: Subscription, occasion: Occasion, *, receiver: Receiver, now: datetime
) -> DueDelivery:
    """Join a delivery with what its subscription and its shift say by now."""
    assert row.id is not None
    assert subscription.id is not None
    return DueDelivery(
        delivery_id=row.id,
        subscription_id=subscription.id,
        channel=row.channel,
        address=receiver.address if subscription.retired_at is None else "",
        lane=row.lane,
        key=row.key,
        state=row.state,
        attempts=row.attempts,
        occasion=occasion,
        secrets=secrets_of(subscription, now) if row.channel is ChannelKind.WEBHOOK else (),
        closed=receiver.closed,
        asking=receiver.asking,
    )


def occasion_of(raised: Alert, subscription: Subscription, *, stands: bool, note: str) -> Occasion:
    """Say why and when an alert was raised, for whom, and whether what it tells of stands by now."""
    return Occasion(
        subscription=subscription.name,
        reason=WhyAlerted(raised.reason),
        raised_at=raised.raised_at,
        shift_id=raised.shift_id,
        stands=stands,
        token=subscription.token,
        news=raised.news,
        note=note,
        pressure_id=raised.pressure_id,
        instead_of=raised.instead_of_id,
    )


def subscriber_of(row: Subscription, *, mail_agreed: bool) -> Subscriber:
    """Read a subscription; mail goes only where it was agreed to."""
    assert row.id is not None
    return Subscriber(row.id, wishes_of(row), ways_of(row, mail_agreed=mail_agreed), _rhythm(row))


def wishes_of(row: Subscription) -> Wishes:
    """Read what a subscription asks for."""
    return Wishes(
        figures=tuple(row.figures),
        issues=tuple(row.issues),
        kinds=tuple(ShiftKind(kind) for kind in row.kinds),
        signals=tuple(SignalKind(signal) for signal in row.signals),
        outlets=tuple(row.outlets),
        minimum_confidence=row.minimum_confidence,
        own_words_only=row.own_words_only,
        paused_until=row.paused_until,
    )


def ways_of(row: Subscription, *, mail_agreed: bool) -> tuple[tuple[ChannelKind, str], ...]:
    """Return the channels of a subscription with their addresses; mail only where it was agreed to."""
    mail = row.email if mail_agreed else None
    ways = ((ChannelKind.EMAIL, mail), (ChannelKind.WEBHOOK, row.webhook), (ChannelKind.CHAT, row.chat))
    return tuple((channel, address) for channel, address in ways if address)


def asking_of(row: Subscription, answer: Consent | None) -> Asking | None:
    """Return what an address is to be asked, if it has not answered; figures and issues by their ids still."""
    if answer is None or answer.token is None or answer.confirmed_at is not None or answer.withdrawn_at is not None:
        return None
    return Asking(answer.token, answer.asked_by, wishes_of(row), row.frequency)


def secrets_of(row: Subscription, now: datetime) -> tuple[str, ...]:
    """The secret before the last change signs too until its time is over."""
    still_signs = row.previous_secret_until is not None and now < row.previous_secret_until
    secrets = (row.webhook_secret, row.previous_secret if still_signs else None)
    return tuple(secret for secret in secrets if secret)


def turn_of(row: Shift) -> Turn:
    """Read of a shift what changed and when."""
    assert row.id is not None
    return Turn(row.id, row.from_stance, row.to_stance, row.at, row.status)


def report_of(shift: Shift, figure: Figure, issue: Issue, *, before: Witness, after: Witness) -> ShiftReport:
    """Join a shift with everything a reader needs."""
    assert shift.id is not None
    return ShiftReport(
        shift_id=shift.id,
        figure_id=figure.id,
        figure_name=figure.name,
        issue_id=issue.id,
        issue_name=issue.name,
        proposition=issue.proposition,
        kind=shift.kind,
        from_stance=shift.from_stance,
        to_stance=shift.to_stance,
        at=shift.at,
        confidence=shift.confidence,
        status=shift.status,
        before=before,
        after=after,
        basis=shift.basis,
        withdrawn_because=shift.withdrawn_because,
        arrived=shift.arrived,
    )


def witness_of(statement: Statement, article: Article) -> Witness:
    """Join a statement with the article it stands in."""
    return Witness(
        stance=statement.stance,
        evidence=statement.evidence,
        own_words=statement.own_words,
        published_at=statement.published_at,
        outlet=article.outlet,
        title=article.title,
        url=article.url,
    )


def _rhythm(row: Subscription) -> Rhythm:
    return Rhythm(
        frequency=row.chosen_frequency or row.frequency,
        timezone=_known_zone(row.timezone),
        digest_hour=row.digest_hour,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        most_per_hour=row.most_per_hour,
    )


def _known_zone(name: str) -> str:
    """One subscription with a zone that this machine does not know must not silence all others."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
    return name

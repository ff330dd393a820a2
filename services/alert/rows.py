"""Turning rows into the values that alert thinks in."""

from __future__ import annotations

from services.alert.delivery import DueDelivery
from services.alert.matching import WhyAlerted
from services.alert.values import ShiftReport, Subscriber, Wishes, Witness
from shared.tables import Alert, Article, Delivery, Figure, Issue, Shift, Statement, Subscription
from shared.vocabulary import ChannelKind, ShiftKind, ShiftStatus


def due_of(row: Delivery, raised: Alert, subscription: Subscription, status: ShiftStatus) -> DueDelivery:
    assert row.id is not None
    secret = subscription.webhook_secret if row.channel is ChannelKind.WEBHOOK else None
    return DueDelivery(
        delivery_id=row.id,
        shift_id=raised.shift_id,
        channel=row.channel,
        address=row.address,
        key=row.key,
        state=row.state,
        attempts=row.attempts,
        subscription=subscription.name,
        subscribed=subscription.retired_at is None,
        shift_stands=status is ShiftStatus.STANDING,
        reason=WhyAlerted(raised.reason),
        raised_at=raised.raised_at,
        secrets=(secret,) if secret else (),
    )


def subscriber_of(row: Subscription) -> Subscriber:
    assert row.id is not None
    email = ((ChannelKind.EMAIL, row.email),) if row.email else ()
    webhook = ((ChannelKind.WEBHOOK, row.webhook),) if row.webhook else ()
    kinds = tuple(ShiftKind(kind) for kind in row.kinds)
    return Subscriber(row.id, Wishes(tuple(row.figures), tuple(row.issues), kinds), (*email, *webhook))


def report_of(shift: Shift, figure: Figure, issue: Issue, *, before: Witness, after: Witness) -> ShiftReport:
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
    )


def witness_of(statement: Statement, article: Article) -> Witness:
    return Witness(
        stance=statement.stance,
        evidence=statement.evidence,
        own_words=statement.own_words,
        published_at=statement.published_at,
        outlet=article.outlet,
        title=article.title,
        url=article.url,
    )

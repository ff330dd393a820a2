"""Taking a parcel to a web address, signed by Standard Webhooks 1.0."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from services.alert.asking import Question
from services.alert.channels.base import (
    Accepted,
    Channel,
    Gone,
    Outcome,
    Parcel,
    Postponed,
    Rejected,
    TimedOut,
    Unreachable,
)
from services.alert.payload import webhook_body
from shared import web
from shared.failures import PermanentFailure

# 15 seconds in all, no redirects, and no more of an answer than the log keeps
LIMITS = web.Limits(connect_seconds=5, read_seconds=15, total_seconds=15, body_bytes=20_000, redirects=0)
_OVERLOADED = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)


def webhook_channel(send: web.Send, *, user_agent: str) -> Channel:
    """Return the channel that posts through `send`, the one door out."""

    def post(parcel: Parcel) -> Outcome:
        if isinstance(parcel.message, Question):
            return Rejected("a webhook is not asked; only an e-mail address is")
        body = webhook_body(parcel.message)
        try:
            headers = signed_headers(parcel, body)
        except PermanentFailure as refusal:
            return Rejected(str(refusal))
        sent = (*headers, ("content-type", "application/json"), ("user-agent", user_agent))
        return _outcome(send(web.Request(parcel.address, "POST", sent, body), LIMITS), now=parcel.sent_at)

    return post


def signed_headers(parcel: Parcel, body: bytes) -> web.Headers:
    """Return the three headers of the specification; one signature for each secret, the newest first."""
    signatures = [_signature(secret, parcel, body) for secret in parcel.secrets]
    if not signatures:
        raise PermanentFailure("the subscription has no webhook secret to sign with")
    return (
        ("webhook-id", parcel.key),
        ("webhook-timestamp", str(int(parcel.sent_at.timestamp()))),
        ("webhook-signature", " ".join(signatures)),
    )


def _signature(secret: str, parcel: Parcel, body: bytes) -> str:
    try:
        return str(Webhook(secret).sign(parcel.key, parcel.sent_at, body.decode()))
    except (ValueError, EmptyWebhookSecretError) as error:
        raise PermanentFailure("the webhook secret is not whsec_ and base64") from error


def _outcome(answer: web.Outcome, *, now: datetime) -> Outcome:
    match answer:
        case web.Answered(status=status, body=body):
            return _by_status(status, body.decode("utf-8", "replace"), _asked_wait(answer, now))
        case web.TooLarge(status=status):
            return _by_status(status, "(an answer longer than the log keeps)", None)
        case web.TimedOut(reason=reason):
            return TimedOut(reason)
        case web.Unreachable(reason=reason):
            return Unreachable(reason)
        case web.Refused(reason=reason):
            return Rejected(f"not allowed to leave: {reason}")


def _by_status(status: int, text: str, asked: timedelta | None) -> Outcome:
    detail = f"HTTP {status}: {text}" if text else f"HTTP {status}"
    if status // 100 == 2:
        return Accepted(detail)
    if status == HTTPStatus.GONE:
        return Gone(detail)
    return Postponed(detail, overloaded=status in _OVERLOADED, asked=asked)


def _asked_wait(answer: web.Answered, now: datetime) -> timedelta | None:
    """Read Retry-After: seconds, also broken ones, or a date."""
    written = answer.header("retry-after")
    if written is None:
        return None
    try:
        return timedelta(seconds=float(written))
    except (ValueError, OverflowError):
        pass
    try:
        return parsedate_to_datetime(written) - now
    except (ValueError, TypeError, OverflowError):
        return None

"""Sending a test that somebody asked for through the API or a page, in four paragraphs: read, act, decide, write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from services.alert.channels.base import Channels
from services.alert.rehearsal import send_test
from shared import handoffs
from shared.failures import LeaseLost, UserMistake
from shared.leases import LeasePolicy, database_now
from shared.tables import Rehearsal, Subscription
from shared.transaction import Begin, Read
from shared.vocabulary import ChannelKind

REHEARSE = "alert.rehearse"
LONGEST_DETAIL = 20_000
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Stage:
    """What a test needs: the database, the ways out, and how long a worker may hold it."""

    begin: Begin
    read: Read
    channels: Channels
    lease: LeasePolicy


@dataclass(frozen=True, slots=True)
class _Asked:
    subscription: str
    channel: ChannelKind


def rehearse(rehearsal_id: int, stage: Stage, *, public_url: str, now: datetime) -> None:
    """Send one test by the channel it is for, and note what came of it."""
    with stage.begin() as tx:
        claim = handoffs.take(tx.session, REHEARSE, rehearsal_id, policy=stage.lease)
        asked = _asked(tx.session, rehearsal_id) if claim else None
    if claim is None or asked is None:
        return

    outcome, detail = _send(asked, stage, public_url=public_url, now=now)

    try:
        with stage.begin() as tx:
            row = tx.session.get_one(Rehearsal, rehearsal_id)
            row.finished_at, row.outcome, row.detail = database_now(tx.session), outcome, detail[:LONGEST_DETAIL]
            tx.session.add(row)
            handoffs.finish(tx.session, claim)
    except LeaseLost:
        log.info("test_sent_by_another", rehearsal=rehearsal_id)
        return
    log.info("test_sent", rehearsal=rehearsal_id, channel=asked.channel.value, outcome=outcome)


def _send(asked: _Asked, stage: Stage, *, public_url: str, now: datetime) -> tuple[str, str]:
    try:
        only = {asked.channel: stage.channels[asked.channel]}
        came = send_test(asked.subscription, read=stage.read, channels=only, public_url=public_url, now=now)
    except UserMistake as ended:
        return "not sent", str(ended)
    if not came:
        return "not sent", "this way is closed by now"
    return type(came[0].outcome).__name__.lower(), came[0].outcome.detail


def _asked(session: Session, rehearsal_id: int) -> _Asked | None:
    row = session.get(Rehearsal, rehearsal_id)
    subscription = session.get(Subscription, row.subscription_id) if row else None
    return _Asked(subscription.name, row.channel) if row and subscription else None

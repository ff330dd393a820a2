"""Raising early warnings of pressure: read, decide, write."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from services.alert import queries
from services.alert.pressures import pressure_report
from services.alert.raising import About, draft_warnings
from shared import handoffs
from shared.events import DeliveryDue
from shared.failures import LeaseLost
from shared.leases import LeasePolicy
from shared.transaction import Begin

WARN = "alert.warn_of_pressure"
LATELY = timedelta(hours=1)

log = structlog.get_logger()


def warn_of_pressure(pressure_id: int, *, begin: Begin, lease: LeasePolicy, now: datetime) -> None:
    """Raise one early warning for each subscription that asked for such; a second call raises none."""
    with begin() as tx:
        claim = handoffs.take(tx.session, WARN, pressure_id, policy=lease)
    if claim is None:
        return

    try:
        with begin() as tx:
            report = pressure_report(tx.session, pressure_id)
            lately = queries.alerts_lately(tx.session, since=now - LATELY)
            drafts = draft_warnings(report, queries.subscribers(tx.session), lately=lately, now=now)
            for delivery_id in queries.save_alerts(tx.session, About(pressure_id=pressure_id), drafts, now=now):
                tx.emit(DeliveryDue(delivery_id=delivery_id))
            handoffs.finish(tx.session, claim)
    except LeaseLost:
        log.info("warnings_raised_by_another", pressure=pressure_id)
        return
    log.info("warnings_raised", pressure=pressure_id, alerts=len(drafts))

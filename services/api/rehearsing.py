"""Asking for tests: one row for each way that is open; alert sends them and notes what came."""

from __future__ import annotations

from datetime import datetime

from services.api.neighbours import ClosedWays
from services.api.subscription_items import open_ways
from shared.events import RehearsalAsked
from shared.failures import UserMistake
from shared.tables import Rehearsal, Subscription
from shared.transaction import Transaction


def ask_for_tests(tx: Transaction, row: Subscription, closed: ClosedWays, *, now: datetime) -> tuple[Rehearsal, ...]:
    """Leave a test for each open way of a subscription; raise `UserMistake` where none is open."""
    channels = open_ways(row, closed)
    if not channels:
        raise UserMistake(f"nothing goes out by any way of '{row.name}'; its ways say why")
    assert row.id is not None
    asked = tuple(Rehearsal(subscription_id=row.id, channel=channel, asked_at=now) for channel in channels)
    tx.session.add_all(asked)
    tx.session.flush()
    for one in asked:
        assert one.id is not None
        tx.emit(RehearsalAsked(rehearsal_id=one.id))
    return asked

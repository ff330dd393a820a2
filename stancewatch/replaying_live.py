"""Replaying a recording through the running system: its workers read, and what it finds is really sent."""

import time
from collections.abc import Callable

from sqlalchemy import select
from sqlmodel import Session, col

from services.api.wishes import apply_watchlist
from shared.clock import utc_now
from shared.failures import TemporaryFailure
from shared.handoffs import handoff
from shared.settings import settings
from shared.tables import Delivery
from shared.transaction import reads
from shared.vocabulary import DeliveryState, HandoffState
from stancewatch.ledger import read_ledger
from stancewatch.replaying import Recording, Replayed, newest_date, store
from stancewatch.store import open_database, writing

STILL_GOING = (DeliveryState.PENDING, DeliveryState.SENDING)


def replay_live(recording: Recording, url: str | None, *, patience: float, say: Callable[[str], None]) -> Replayed:
    """Hand a recording to the running workers, wait until nothing is left to do, and read what came."""
    newest_date(recording.path)  # a mistake anywhere in the recording is found before anything is handed over
    begin = writing(url)
    with begin() as tx:
        apply_watchlist(tx, recording.watchlist, vouched=settings().vouched_addresses, now=utc_now())
    store(recording.path, begin=begin, now=utc_now(), after_each=lambda: None)
    read = reads(open_database(url))
    until = time.monotonic() + patience
    while True:
        with read() as session:
            left = _left_to_do(session)
            if not left:
                return Replayed(read_ledger(session))
        if time.monotonic() > until:
            raise TemporaryFailure(f"{left} pieces of work are left after {patience:.0f} s; run: stancewatch doctor")
        say(f"{left} pieces of work left")
        time.sleep(0.5)


def _left_to_do(session: Session) -> int:
    waiting = session.execute(select(handoff.c.id).where(handoff.c.state == HandoffState.WAITING)).all()
    sending = session.execute(select(col(Delivery.id)).where(col(Delivery.state).in_(STILL_GOING))).all()
    return len(waiting) + len(sending)

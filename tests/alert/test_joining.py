"""A message that leaves while another alert joins it takes that along, or lets it go alone: none is left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import select

from services.alert.channels.base import Parcel
from services.alert.channels.recording import recording_channel
from services.alert.handlers import deliver, raise_alerts
from shared.events import ShiftDetected
from shared.tables import Delivery
from shared.transaction import Transaction
from shared.vocabulary import ChannelKind, DeliveryState, Frequency
from tests.alert.builders import LEASE, REPORT, store_shift
from tests.alert.world import HOUR, POLICY, World


def test_what_joins_a_digest_while_it_leaves_travels_with_it(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    world.detect(1)
    with world.begin() as tx:
        shift_id = store_shift(tx.session, REPORT)
        tx.emit(ShiftDetected(shift_id=shift_id))
    kept: list[Parcel] = []
    leaving = threading.Thread(target=_leave, args=(world, kept))
    begun: list[Transaction] = []

    @contextmanager
    def begin() -> Iterator[Transaction]:
        with world.begin() as tx:
            begun.append(tx)
            yield tx
            if len(begun) == 2:  # the alerts are written and not committed yet
                leaving.start()
                leaving.join(0.5)

    raise_alerts(shift_id, begin=begin, lease=LEASE, now=world.now)
    leaving.join()
    assert [len(parcel.more) for parcel in kept] == [1]
    with world.read() as session:
        assert {row.state for row in session.exec(select(Delivery))} == {DeliveryState.DELIVERED}


def _leave(world: World, kept: list[Parcel]) -> None:
    channels = {ChannelKind.EMAIL: recording_channel(kept)}
    deliver(1, begin=world.begin, channels=channels, policy=POLICY, now=world.now + 25 * HOUR)

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from services.alert.channels.base import Accepted, Outcome, Parcel, Rejected
from services.alert.delivery import DeliveryPolicy
from services.alert.handlers import deliver, raise_alerts
from services.alert.listings import Page, list_attempts, list_deliveries
from services.alert.queries import retry_delivery
from shared.events import DeliveryDue
from shared.failures import UserMistake
from shared.tables import Delivery
from shared.transaction import Begin, Read
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState
from tests.alert.builders import LEASE, SECRET, detected_shift

POLICY = DeliveryPolicy(LEASE)


@pytest.fixture
def two_deliveries(begin: Begin) -> None:
    """An alert whose mail was refused for good and whose webhook still waits."""
    shift_id = detected_shift(begin, webhook="https://paper.example/hook", webhook_secret=SECRET)
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    attempt(begin, Rejected("SMTP 550: nobody here"))


def attempt(begin: Begin, outcome: Outcome) -> None:
    def answer(parcel: Parcel) -> Outcome:
        return outcome

    deliver(1, begin=begin, channels={ChannelKind.EMAIL: answer}, policy=POLICY, now=datetime.now(UTC))


@pytest.mark.usefixtures("two_deliveries")
def test_deliveries_are_listed_by_state_and_page(read: Read) -> None:
    with read() as session:
        assert [row.id for row in list_deliveries(session)] == [2, 1]
        assert [row.id for row in list_deliveries(session, Page(most=1))] == [2]
        assert [row.id for row in list_deliveries(session, Page(before=2))] == [1]
        (dead,) = list_deliveries(session, states=[DeliveryState.DEAD])
    assert (dead.channel, dead.attempts, dead.reason) == (ChannelKind.EMAIL, 1, "SMTP 550: nobody here")


@pytest.mark.usefixtures("two_deliveries")
def test_a_dead_delivery_is_retried_by_hand_and_keeps_its_log(begin: Begin, read: Read) -> None:
    with begin() as tx:
        retry_delivery(tx.session, 1, now=datetime.now(UTC))
        tx.emit(DeliveryDue(delivery_id=1))
    attempt(begin, Accepted("SMTP 250"))
    with read() as session:
        assert [row.outcome for row in list_attempts(session, 1)] == [
            AttemptOutcome.REJECTED,
            AttemptOutcome.ACCEPTED,
        ]
        row = session.exec(select(Delivery).where(Delivery.id == 1)).one()
    assert row.state is DeliveryState.DELIVERED


@pytest.mark.usefixtures("two_deliveries")
@pytest.mark.parametrize("delivery_id", [pytest.param(99, id="no such"), pytest.param(2, id="not tried yet")])
def test_there_is_nothing_to_retry(begin: Begin, delivery_id: int) -> None:
    with begin() as tx, pytest.raises(UserMistake, match=str(delivery_id)):
        retry_delivery(tx.session, delivery_id, now=datetime.now(UTC))

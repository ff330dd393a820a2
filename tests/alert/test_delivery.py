from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.alert.channels.base import (
    Accepted,
    Gone,
    Interrupted,
    Outcome,
    Postponed,
    Rejected,
    TimedOut,
    Unreachable,
)
from services.alert.delivery import (
    LONGEST_DETAIL,
    DeliveryPolicy,
    DueDelivery,
    Try,
    WhenInDoubt,
    WhyNotTried,
    settle,
    why_not_tried,
)
from services.alert.schedule import MOST_ATTEMPTS
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, News
from tests.alert.builders import LEASE, NOW, OCCASION

POLICY = DeliveryPolicy(LEASE)
HOLDING = DeliveryPolicy(LEASE, when_in_doubt=WhenInDoubt.HOLD)
DUE = DueDelivery(
    delivery_id=1,
    subscription_id=1,
    channel=ChannelKind.EMAIL,
    address="desk@paper.example",
    lane="@paper.example",
    key="5f2b9c0d",
    state=DeliveryState.PENDING,
    attempts=0,
    occasion=OCCASION,
)


@pytest.mark.parametrize(
    ("outcome", "state", "logged"),
    [
        pytest.param(Accepted("250"), DeliveryState.DELIVERED, AttemptOutcome.ACCEPTED, id="accepted"),
        pytest.param(Rejected("550"), DeliveryState.DEAD, AttemptOutcome.REJECTED, id="refused for good"),
        pytest.param(Gone("410"), DeliveryState.DEAD, AttemptOutcome.REJECTED, id="receiver is no more"),
        pytest.param(Postponed("451"), DeliveryState.RETRY, AttemptOutcome.POSTPONED, id="not this time"),
        pytest.param(Unreachable("refused"), DeliveryState.RETRY, AttemptOutcome.UNREACHABLE, id="no connection"),
        pytest.param(TimedOut("15 s"), DeliveryState.RETRY, AttemptOutcome.TIMED_OUT, id="no answer"),
        pytest.param(Interrupted("cut"), DeliveryState.RETRY, AttemptOutcome.INTERRUPTED, id="in doubt: resend"),
    ],
)
def test_what_a_channel_answers_decides_the_state(
    outcome: Outcome, state: DeliveryState, logged: AttemptOutcome
) -> None:
    settled = settle(Try("key", 1), outcome, policy=POLICY, now=NOW)
    assert (settled.state, settled.outcome, settled.detail) == (state, logged, outcome.detail)
    assert (settled.next_attempt_at is not None) == (state is DeliveryState.RETRY)
    assert settled.delivered_at == (NOW if state is DeliveryState.DELIVERED else None)


def test_a_failed_delivery_is_tried_ten_times_and_then_set_aside() -> None:
    states = [settle(Try("key", n), Postponed("503"), policy=POLICY, now=NOW).state for n in range(1, 11)]
    assert states == [DeliveryState.RETRY] * 9 + [DeliveryState.DEAD]


def test_the_first_wait_is_five_seconds_and_a_minute_where_the_receiver_is_overloaded() -> None:
    plain = settle(Try("key", 1), Postponed("500"), policy=POLICY, now=NOW).next_attempt_at
    overloaded = settle(Try("key", 1), Postponed("429", overloaded=True), policy=POLICY, now=NOW).next_attempt_at
    assert plain is not None
    assert timedelta(seconds=5) <= plain - NOW <= timedelta(seconds=6)
    assert overloaded == NOW + timedelta(seconds=60)


def test_a_careful_operator_may_hold_what_is_in_doubt() -> None:
    assert settle(Try("key", 1), Interrupted("cut"), policy=HOLDING, now=NOW).state is DeliveryState.UNKNOWN


def test_a_long_answer_is_cut_for_the_log() -> None:
    settled = settle(Try("key", 1), Postponed("x" * 50_000), policy=POLICY, now=NOW)
    assert len(settled.detail) == LONGEST_DETAIL


@pytest.mark.parametrize(
    ("due", "policy", "why"),
    [
        pytest.param(DUE, POLICY, None, id="nothing speaks against it"),
        pytest.param(replace(DUE, address=""), POLICY, WhyNotTried.UNSUBSCRIBED, id="the subscription ended"),
        pytest.param(
            replace(DUE, occasion=replace(OCCASION, stands=False)),
            POLICY,
            WhyNotTried.DISPROVED,
            id="the shift was disproved",
        ),
        pytest.param(
            replace(DUE, occasion=replace(OCCASION, news=News.WITHDRAWN)),
            POLICY,
            WhyNotTried.REINSTATED,
            id="the shift stands again",
        ),
        pytest.param(replace(DUE, closed="410 Gone"), POLICY, WhyNotTried.RECEIVER_CLOSED, id="the receiver is closed"),
        pytest.param(replace(DUE, state=DeliveryState.SENDING), POLICY, None, id="broke off: send again"),
        pytest.param(replace(DUE, state=DeliveryState.SENDING), HOLDING, WhyNotTried.IN_DOUBT, id="broke off: hold"),
        pytest.param(
            replace(DUE, state=DeliveryState.SENDING, attempts=MOST_ATTEMPTS),
            POLICY,
            WhyNotTried.WORN_OUT,
            id="broke off every time",
        ),
    ],
)
def test_what_speaks_against_trying(due: DueDelivery, policy: DeliveryPolicy, why: WhyNotTried | None) -> None:
    assert why_not_tried(due, policy=policy) is why

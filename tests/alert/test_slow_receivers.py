"""R10 over real HTTP: ten receivers that keep the line open past the deadline do not delay a thousand others."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from itertools import pairwise
from time import monotonic

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from services.alert.channels.webhook import LIMITS, webhook_channel
from services.alert.delivery import DeliveryPolicy
from services.alert.deps import WIDTH
from services.alert.handlers import deliver, raise_alerts
from shared.egress import Door, Rules
from shared.events import ShiftDetected
from shared.tables import Attempt, Delivery, Figure, Subscription
from shared.transaction import Begin, transactions
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState
from tests.alert.builders import LEASE, REPORT, SECRET, store_shift, subscribe, watch
from tests.alert.crowd_sink import Crowd, crowd_server

SLOW, FAST, SAMPLE = 10, 1_000, 200
SOON = 5  # seconds, where the machine is free


@pytest.mark.timeout(300)
def test_ten_slow_receivers_do_not_delay_a_thousand_others(any_database: Engine) -> None:
    begin = transactions(any_database, lambda _: None)
    crowd = Crowd(slowness=LIMITS.total_seconds + 1)
    with crowd_server(crowd) as url:
        began = _tell(begin, [f"{url}/alone/{n}" for n in range(SAMPLE)])
        alone = monotonic() - began
        crowd.calls.clear()
        started = _tell(begin, [*(f"{url}/slow/{n}" for n in range(SLOW)), *(f"{url}/fast/{n}" for n in range(FAST))])

    came = sorted(call.at - started for call in crowd.calls if "/fast/" in call.path)
    assert Counter(call.path for call in crowd.calls).most_common(1)[0][1] == 1
    assert len({call.headers["webhook-id"] for call in crowd.calls}) == SLOW + FAST
    assert all("webhook-signature" in call.headers for call in crowd.calls)
    # where others use the machine too, it is no slower than without the slow ones, as far as that can be told there
    assert came[int(FAST * 0.95)] < max(SOON, 3 * alone * FAST / SAMPLE)
    assert max(later - one for one, later in pairwise(came)) < SOON
    _check_the_log(any_database)


def _check_the_log(database: Engine) -> None:
    with Session(database) as session:
        rows = session.exec(select(Delivery.address, Delivery.state, Attempt.outcome).join(Attempt)).all()
    fast = Counter(tuple(what) for address, *what in rows if "/fast/" in address)
    slow = Counter(tuple(what) for address, *what in rows if "/slow/" in address)
    assert fast == {(DeliveryState.DELIVERED, AttemptOutcome.ACCEPTED): FAST}
    assert slow == {(DeliveryState.RETRY, AttemptOutcome.TIMED_OUT): SLOW}


def _tell(begin: Begin, urls: list[str]) -> float:
    """Tell new subscriptions of a new shift, all others having ended; return when sending began."""
    with begin() as tx:
        if tx.session.get(Figure, REPORT.figure_id) is None:
            watch(tx.session)
        for old in tx.session.exec(select(Subscription)):
            old.retired_at = datetime.now(UTC)
        for url in urls:
            subscribe(tx.session, url, email=None, webhook=url, webhook_secret=SECRET)
        before, after = (replace(one, url=f"{one.url}/{len(urls)}") for one in (REPORT.before, REPORT.after))
        shift_id = store_shift(tx.session, replace(REPORT, before=before, after=after))
        tx.emit(ShiftDetected(shift_id=shift_id))
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))
    with begin() as tx:
        first = tx.session.exec(select(Delivery.id).where(Delivery.state == DeliveryState.PENDING)).first()
    assert first is not None
    began = monotonic()
    _deliver(begin, first)
    return began


def _deliver(begin: Begin, first: int) -> None:
    door = Door(Rules(networks=(ip_network("127.0.0.0/8"),)))
    channels = {ChannelKind.WEBHOOK: webhook_channel(door.send, user_agent="test")}
    try:
        policy = DeliveryPolicy(LEASE, width=replace(WIDTH, seconds=240))
        deliver(first, begin=begin, channels=channels, policy=policy, now=datetime.now(UTC))
    finally:
        door.close()

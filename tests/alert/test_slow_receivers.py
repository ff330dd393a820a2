"""R10 over real HTTP: signed webhooks reach those who answer while others keep the line open past the deadline."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from sqlmodel import select

from services.alert.channels.webhook import webhook_channel
from services.alert.delivery import DeliveryPolicy, Width
from services.alert.handlers import deliver, raise_alerts
from shared.egress import Door, Rules
from shared.events import ShiftDetected
from shared.tables import Attempt, Delivery
from shared.transaction import Begin, Read
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState
from tests.alert.builders import LEASE, SECRET, store_shift, subscribe, watch
from tests.alert.sinks import Endpoint, web_server

SLOW, FAST = 3, 200
DEADLINE = timedelta(seconds=5)
WIDTH = Width(at_once=16, in_one_lane=2, seconds=45)


def test_slow_receivers_delay_nobody_else_beyond_the_deadline(begin: Begin, read: Read) -> None:
    endpoint = Endpoint(delays={f"/hook/slow/{number}": DEADLINE.total_seconds() + 1 for number in range(SLOW)})
    with web_server(endpoint) as url:
        _raise(begin, [*(f"{url}/slow/{n}" for n in range(SLOW)), *(f"{url}/fast/{n}" for n in range(FAST))])
        started = datetime.now(UTC)
        _deliver(begin, now=started)

    assert Counter(arrival.path for arrival in endpoint.arrivals).most_common(1)[0][1] == 1
    assert len({arrival.headers["webhook-id"] for arrival in endpoint.arrivals}) == SLOW + FAST
    assert all("webhook-signature" in arrival.headers for arrival in endpoint.arrivals)
    with read() as session:
        assert {row.state for row in session.exec(select(Delivery))} == {DeliveryState.DELIVERED}
        tries = session.exec(select(Delivery.address, Attempt.outcome, Attempt.finished_at).join(Attempt)).all()
    assert [outcome for _, outcome, _ in tries] == [AttemptOutcome.ACCEPTED] * (SLOW + FAST)
    assert all(at is not None and at - started < DEADLINE for address, _, at in tries if "/fast/" in address)


def _raise(begin: Begin, urls: list[str]) -> None:
    with begin() as tx:
        watch(tx.session)
        for number, url in enumerate(urls):
            subscribe(tx.session, f"desk-{number}", email=None, webhook=url, webhook_secret=SECRET)
        shift_id = store_shift(tx.session)
        tx.emit(ShiftDetected(shift_id=shift_id))
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))


def _deliver(begin: Begin, *, now: datetime) -> None:
    door = Door(Rules(networks=(ip_network("127.0.0.0/8"),)))
    channels = {ChannelKind.WEBHOOK: webhook_channel(door.send, user_agent="test")}
    try:
        deliver(1, begin=begin, channels=channels, policy=DeliveryPolicy(LEASE, width=WIDTH), now=now)
    finally:
        door.close()

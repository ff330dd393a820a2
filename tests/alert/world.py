"""The alert service over real rows, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import select

from services.alert.channels.base import Accepted, Outcome, Parcel
from services.alert.delivery import DeliveryPolicy
from services.alert.handlers import deliver, find_work, raise_alerts
from services.alert.warning import warn_of_pressure
from shared.events import DeliveryDue, Event, PressureNoticed, ShiftDetected
from shared.tables import Delivery, Shift
from shared.transaction import Begin, Read
from shared.vocabulary import ChannelKind, DeliveryState, News, ShiftStatus
from tests.alert.builders import LEASE, REPORT, SECRET, store_shift, subscribe

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = DeliveryPolicy(LEASE)
HOOK: dict[str, Any] = {"email": None, "webhook": "https://paper.example/hook", "webhook_secret": SECRET}


@dataclass
class World:
    """The alert service over real rows, with a clock that a test moves."""

    begin: Begin
    read: Read
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    answer: Callable[[Parcel], Outcome] = lambda _: Accepted("OK")
    parcels: list[Parcel] = field(default_factory=list)

    def subscribe(self, name: str = "desk", **wishes: Any) -> None:
        with self.begin() as tx:
            subscribe(tx.session, name, **wishes)

    def detect(self, number: int = 1, *, days: float = 0) -> int:
        """Detect the shift of the builders again, shown by other articles."""
        before = replace(REPORT.before, url=f"https://a.example/{number}")
        after = replace(REPORT.after, url=f"https://b.example/{number}")
        report = replace(REPORT, before=before, after=after, at=REPORT.at + days * DAY)
        with self.begin() as tx:
            shift_id = store_shift(tx.session, report)
            tx.emit(ShiftDetected(shift_id=shift_id))
        self.run()
        return shift_id

    def disprove(self, shift_id: int) -> None:
        with self.begin() as tx:
            tx.session.get_one(Shift, shift_id).status = ShiftStatus.SUPERSEDED

    def restore(self, shift_id: int) -> None:
        with self.begin() as tx:
            tx.session.get_one(Shift, shift_id).status = ShiftStatus.STANDING
            tx.emit(ShiftDetected(shift_id=shift_id))
        self.run()

    def run(self, *, later: timedelta = timedelta()) -> None:
        """Let time pass, then sweep and work until nothing is rung for."""
        self.now += later
        for _ in range(4):
            rung: list[Event] = []
            find_work(begin=self.begin, publish=rung.append, renudge=timedelta(0), most=100, now=self.now)
            for event in rung:
                match event:
                    case ShiftDetected(shift_id=shift_id):
                        raise_alerts(shift_id, begin=self.begin, lease=LEASE, now=self.now)
                    case PressureNoticed(pressure_id=pressure_id):
                        warn_of_pressure(pressure_id, begin=self.begin, lease=LEASE, now=self.now)
                    case DeliveryDue(delivery_id=delivery_id):
                        self._deliver(delivery_id)

    def _deliver(self, delivery_id: int) -> None:
        def channel(parcel: Parcel) -> Outcome:
            self.parcels.append(parcel)
            return self.answer(parcel)

        channels = dict.fromkeys(ChannelKind, channel)
        deliver(delivery_id, begin=self.begin, channels=channels, policy=POLICY, now=self.now)

    @property
    def told(self) -> list[tuple[str, News, int]]:
        return [(one.message.occasion.subscription, one.message.news, 1 + len(one.more)) for one in self.parcels]

    @property
    def states(self) -> list[DeliveryState]:
        with self.read() as session:
            return [row.state for row in session.exec(select(Delivery).order_by("id"))]

"""Each mail domain's pace in rows, shared by all workers; mail that must wait leaves the queue until its place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Table, bindparam, or_, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from services.alert.delivery import DeliveryPolicy
from services.alert.pace import MINUTE, Room, share_out
from shared.tables import Attempt, Delivery, MailDomain
from shared.vocabulary import DeliveryState

attempt: Table = Attempt.__table__  # type: ignore[attr-defined]
domain: Table = MailDomain.__table__  # type: ignore[attr-defined]
delivery: Table = Delivery.__table__  # type: ignore[attr-defined]

Waiting = tuple[int, str]  # a delivery and its lane


def choose(
    session: Session, due: Sequence[Waiting], flying: Counter[str], *, policy: DeliveryPolicy, now: datetime
) -> list[int]:
    """Choose those of the due deliveries that may go beside what is flying; what a pace keeps back waits for its place.

    Every due delivery is chosen, or waits, or stays where more is in hand than fits, all in all or in its lane.
    """
    pace, left = policy.mail_pace, policy.width.in_hand - flying.total()
    lanes: dict[str, list[int]] = {}
    for delivery_id, lane in due:
        lanes.setdefault(lane, []).append(delivery_id)
    rooms = _held(session, filter(is_domain, lanes), now) if pace is not None else {}
    chosen: set[int] = set()
    waits: list[dict[str, object]] = []
    for lane, ids in lanes.items():
        most = max(0, min(policy.width.in_one_lane - flying[lane], left - len(chosen)))
        if pace is not None and lane in rooms:
            share = share_out(rooms[lane], wanting=len(ids), most=most, pace=pace, now=now)
            rooms[lane], most = share.room, share.go
            late = ids[len(ids) - len(share.places) :]
            waits += [{"this": one, "place": at} for one, at in zip(late, share.places, strict=True)]
        chosen.update(ids[:most])
    _let_wait(session, waits)
    _save(session, rooms)
    return [one for one, _ in due if one in chosen]


def next_place(session: Session, *, now: datetime) -> datetime | None:
    """Return when the next delivery that waits falls due."""
    waits = (_waiting(), delivery.c.next_attempt_at > now)
    first = select(delivery.c.next_attempt_at).where(*waits).order_by(delivery.c.next_attempt_at).limit(1)
    return session.scalar(first)


def is_domain(lane: str) -> bool:
    """Tell the lane of a mail domain from others."""
    return lane.startswith("@")


def _held(session: Session, names: Iterable[str], now: datetime) -> dict[str, Room]:
    """Return how domains stand, held until the transaction ends, in one order so that no two workers wait in a ring."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = [{"domain": name, "free_at": now, "planned_until": now} for name in wanted]
    session.execute(dialect.insert(domain).on_conflict_do_nothing(), fresh)
    rows = session.execute(
        select(domain).where(domain.c.domain.in_(wanted)).order_by(domain.c.domain).with_for_update()
    )
    found = {row.domain: Room(row.free_at, row.planned_until) for row in rows}
    # read once the rooms are held: whoever had them before has its tries on record by now
    minutes = _last_minute(session, wanted, now)
    return {name: replace(room, minute=tuple(minutes[name])) for name, room in found.items()}


def _last_minute(session: Session, names: Collection[str], now: datetime) -> Mapping[str, Sequence[datetime]]:
    """Return when each mail of the last minute had come, the oldest first; one that may still come counts as now."""
    ended = select(attempt.c.delivery_id, attempt.c.finished_at).where(attempt.c.finished_at > now - MINUTE)
    open_still = select(attempt.c.delivery_id, attempt.c.finished_at).where(attempt.c.finished_at.is_(None))
    tries = union_all(ended, open_still).subquery()
    asked = select(delivery.c.lane, tries.c.finished_at).join(delivery, delivery.c.id == tries.c.delivery_id)
    minutes: dict[str, list[datetime]] = defaultdict(list)
    for lane, finished_at in session.execute(asked.where(delivery.c.lane.in_(names))):
        minutes[lane].append(finished_at or now)
    return defaultdict(list, {lane: sorted(times) for lane, times in minutes.items()})


def _let_wait(session: Session, waits: Sequence[Mapping[str, object]]) -> None:
    """Only what waits anyhow is moved: a try that broke off is due until somebody takes it over."""
    if waits:
        later = update(delivery).where(delivery.c.id == bindparam("this"), _waiting())
        moved = later.values(next_attempt_at=bindparam("place"), nudged_at=None)
        session.connection().execute(moved, list(waits))


def _waiting() -> ColumnElement[bool]:
    return or_(delivery.c.state == DeliveryState.PENDING, delivery.c.state == DeliveryState.RETRY)


def _save(session: Session, rooms: Mapping[str, Room]) -> None:
    if rooms:
        row = update(domain).where(domain.c.domain == bindparam("this"))
        moved = row.values(free_at=bindparam("free"), planned_until=bindparam("planned"))
        stands = [{"this": name, "free": one.free_at, "planned": one.planned_until} for name, one in rooms.items()]
        session.connection().execute(moved, stands)

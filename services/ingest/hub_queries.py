"""All that ingest asks of the database and writes to it about hubs."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from services.ingest.hubs import HubTask, HubVerdict
from services.ingest.values import FeedLinks
from shared import leases
from shared.leases import database_now
from shared.tables import Feed, FeedHub
from shared.vocabulary import HubWish

feed_table: Table = Feed.__table__  # type: ignore[attr-defined]
feed_hub: Table = FeedHub.__table__  # type: ignore[attr-defined]
LONGEST_DETAIL = 500
SECRET_BYTES = 32  # 256 bits, as hexadecimal digits well below the 200 bytes that hubs accept


def note_hubs(session: Session, links: Mapping[int, FeedLinks], *, now: datetime) -> None:
    """Keep which hub each feed names; another hub, or another name there, begins anew, and none ends it."""
    if not links:
        return
    known = select(feed_hub.c.feed_id, feed_hub.c.hub, feed_hub.c.topic, feed_hub.c.wanted)
    stored = {row.feed_id: row for row in session.execute(known.where(feed_hub.c.feed_id.in_(links)))}
    for feed_id, named in sorted(links.items()):
        row = stored.get(feed_id)
        if row is None or (named.hub and (row.hub, row.topic) != (named.hub, named.topic)):
            if named.hub:
                _begin_anew(session, feed_id, named, now=now)
        elif row.wanted != bool(named.hub):
            this = update(feed_hub).where(feed_hub.c.feed_id == feed_id)
            session.execute(this.values(wanted=bool(named.hub), next_try_at=now, nudged_at=None))


def hubs_to_ring(session: Session, *, renudge: timedelta, most: int, now: datetime) -> tuple[int, ...]:
    """Return the feeds whose hubs are to be asked and were not nudged within `renudge`; note the nudge."""
    quiet = or_(feed_hub.c.nudged_at.is_(None), feed_hub.c.nudged_at < now - renudge)
    due = select(feed_hub.c.feed_id).join(feed_table).where(_is_due(session, now), quiet)
    ids = tuple(session.scalars(due.order_by(feed_hub.c.next_try_at).limit(most)))
    session.execute(update(feed_hub).where(feed_hub.c.feed_id.in_(ids)).values(nudged_at=now))
    return ids


def take_hub(session: Session, feed_id: int, *, seconds: float, now: datetime) -> HubTask | None:
    """Take a hub that is to be asked; what it will be asked for is stored first, since it may call back at once."""
    this = feed_hub.c.feed_id == feed_id
    row = session.execute(
        select(feed_hub, feed_table.c.active).join(feed_table).where(this, _is_due(session, now))
    ).first()
    if row is None:
        return None
    wish = HubWish.SUBSCRIBE if row.active and row.wanted else HubWish.UNSUBSCRIBE
    lease = leases.take(session, feed_hub, this, seconds=seconds, asked_for=wish)
    if lease is None:
        return None
    return HubTask(feed_id, row.hub, row.topic, wish, row.token, row.secret, row.failures, lease)


def save_answer(session: Session, task: HubTask, verdict: HubVerdict) -> None:
    """Write what asking came to, unless the hub has called back meanwhile and settled it."""
    unsettled = feed_hub.c.asked_for.is_not(None)
    values = {
        "next_try_at": verdict.next_try_at,
        "failures": verdict.failures,
        "detail": verdict.detail[:LONGEST_DETAIL],
    }
    kept = {name: case((unsettled, value), else_=feed_hub.c[name]) for name, value in values.items()}
    leases.let_go(session, feed_hub, feed_hub.c.feed_id == task.feed_id, task.lease, nudged_at=None, **kept)


def doubt_hubs(session: Session, feed_ids: tuple[int, ...]) -> None:
    """Trust hubs no more that were silent about news; their next push restores the trust."""
    if feed_ids:
        session.execute(update(feed_hub).where(feed_hub.c.feed_id.in_(feed_ids)).values(delivered_at=None))


def _begin_anew(session: Session, feed_id: int, named: FeedLinks, *, now: datetime) -> None:
    fresh: dict[str, Any] = {
        "hub": named.hub,
        "topic": named.topic,
        "wanted": True,
        "token": secrets.token_urlsafe(SECRET_BYTES),
        "secret": secrets.token_hex(SECRET_BYTES),
        "asked_for": None,
        "expires_at": None,
        "delivered_at": None,
        "next_try_at": now,
        "failures": 0,
        "detail": "",
        "lease_token": None,
        "lease_until": None,
        "nudged_at": None,
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    anew = insert(feed_hub).values(feed_id=feed_id, **fresh)
    session.execute(anew.on_conflict_do_update(index_elements=["feed_id"], set_=fresh))


def _is_due(session: Session, now: datetime) -> ColumnElement[bool]:
    """A hub is asked for a new lease in time, and for an end where nobody wants its pushes any more."""
    free = or_(feed_hub.c.lease_until.is_(None), feed_hub.c.lease_until < database_now(session))
    wanted = and_(feed_table.c.active, feed_hub.c.wanted)
    delivers = and_(feed_hub.c.expires_at.is_not(None), feed_hub.c.expires_at > now)
    unheard = or_(feed_hub.c.asked_for.is_(None), feed_hub.c.asked_for != HubWish.UNSUBSCRIBE)
    its_time = feed_hub.c.next_try_at <= now
    return and_(free, or_(and_(its_time, or_(wanted, delivers)), and_(~wanted, delivers, unheard)))

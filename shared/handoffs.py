"""What one service leaves for another: a row for each task and subject, from the cause's commit to the effect's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Engine, Table, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from shared import leases
from shared.events import Event, subject_of
from shared.failures import LeaseLost
from shared.leases import Lease, LeasePolicy, database_now
from shared.routing import DUE_BY_THEIR_OWN_ROW, LISTENERS, event_of
from shared.tables.handoffs import Handoff
from shared.vocabulary import HandoffState

handoff: Table = Handoff.__table__  # type: ignore[attr-defined]
LONGEST_REASON = 500

# Built once: every message takes and finishes one.
TAKE = (
    update(handoff)
    .where(
        handoff.c.task == bindparam("of_task"),
        handoff.c.subject_id == bindparam("of_subject"),
        handoff.c.state == HandoffState.WAITING,
        or_(handoff.c.lease_until.is_(None), handoff.c.lease_until < bindparam("moment")),
    )
    .values(lease_token=bindparam("token"), lease_until=bindparam("until"), attempts=handoff.c.attempts + 1)
    .returning(handoff.c.id, handoff.c.attempts, handoff.c.reason)
)
FINISH = delete(handoff).where(handoff.c.id == bindparam("this"), handoff.c.lease_token == bindparam("token"))


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out one handoff."""

    handoff_id: int
    lease: Lease


def leave(session: Session, *events: Event) -> None:
    """Leave a row for each listener of `events`; one that is there starts anew, even while somebody works on it."""
    now = database_now(session)
    fresh = {"state": HandoffState.WAITING, "waiting_since": now, "attempts": 0, "reason": "", "nudged_at": now}
    rows = [
        {"task": task, "subject_id": subject_of(event), **fresh}
        for event in events
        if type(event) not in DUE_BY_THEIR_OWN_ROW
        for task in LISTENERS[type(event)]
    ]
    if rows:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        again = {**fresh, "lease_token": None, "lease_until": None}
        anew = insert(handoff).on_conflict_do_update(index_elements=["task", "subject_id"], set_=again)
        session.execute(anew, rows)


def take(session: Session, task: str, subject_id: int, *, policy: LeasePolicy) -> Claim | None:
    """Take the handoff if it waits and is free; one that was tried too often is set aside instead."""
    now = database_now(session)
    lease = leases.new_lease(now, seconds=policy.seconds)
    asked = {"of_task": task, "of_subject": subject_id, "moment": now, "token": lease.token, "until": lease.until}
    row = session.connection().execute(TAKE, asked).first()
    if row is None:
        return None
    earlier = row.attempts - 1
    if earlier >= policy.most_attempts:
        reason = row.reason or f"died {earlier} times without a word"
        leases.let_go(session, handoff, handoff.c.id == row.id, lease, state=HandoffState.DEAD, reason=reason)
        return None
    return Claim(row.id, lease)


def finish(session: Session, claim: Claim) -> None:
    """Delete a handoff that is done; raise `LeaseLost` where it was taken over or left anew meanwhile."""
    mine = {"this": claim.handoff_id, "token": claim.lease.token}
    if session.connection().execute(FINISH, mine).rowcount != 1:
        raise LeaseLost(f"handoff {claim.handoff_id}: taken over or left anew meanwhile")


def postpone(session: Session, claim: Claim, *, until: datetime) -> None:
    """Let a handoff wait until then; coming too early was no try."""
    mine = (handoff.c.id == claim.handoff_id) & (handoff.c.lease_token == claim.lease.token)
    waits = {"attempts": handoff.c.attempts - 1, "lease_until": until, "nudged_at": None}
    session.execute(update(handoff).where(mine).values(**waits))


def unanswered(session: Session, tasks: Sequence[str], *, renudge: timedelta, most: int) -> tuple[Event, ...]:
    """Return events to ring again for rows that wait, that nobody holds and that were not nudged within `renudge`."""
    now = database_now(session)
    quiet = or_(handoff.c.nudged_at.is_(None), handoff.c.nudged_at < now - renudge)
    free = or_(handoff.c.lease_until.is_(None), handoff.c.lease_until < now)
    waits = (handoff.c.task.in_(tasks)) & (handoff.c.state == HandoffState.WAITING)
    rows = session.execute(
        select(handoff.c.id, handoff.c.task, handoff.c.subject_id)
        .where(waits, quiet, free)
        .order_by(handoff.c.waiting_since, handoff.c.id)
        .limit(most)
    ).all()
    session.execute(update(handoff).where(handoff.c.id.in_([row.id for row in rows])).values(nudged_at=now))
    return tuple(dict.fromkeys(_event(row.task, row.subject_id) for row in rows))


def following(session: Session, task: str, subject_id: int, *, most: int) -> tuple[int, ...]:
    """Return the subjects after this one that wait for `task` and that nobody holds."""
    free = or_(handoff.c.lease_until.is_(None), handoff.c.lease_until < database_now(session))
    waits = (handoff.c.task == task) & (handoff.c.state == HandoffState.WAITING) & (handoff.c.subject_id > subject_id)
    subjects = select(handoff.c.subject_id).where(waits, free).order_by(handoff.c.subject_id).limit(most)
    return tuple(session.scalars(subjects))


def oldest_waiting(session: Session) -> datetime | None:
    """Return since when the oldest unfinished handoff waits."""
    waiting = select(handoff.c.waiting_since).where(handoff.c.state == HandoffState.WAITING)
    return session.execute(waiting.order_by(handoff.c.waiting_since).limit(1)).scalar_one_or_none()


def revive(session: Session) -> int:
    """Give everything that was set aside its tries anew, once its cause is corrected; return how many."""
    anew = {"state": HandoffState.WAITING, "attempts": 0, "nudged_at": None, "lease_token": None, "lease_until": None}
    revived = session.execute(update(handoff).where(handoff.c.state == HandoffState.DEAD).values(**anew))
    assert isinstance(revived, CursorResult)
    return revived.rowcount


def note_failure(database: Engine, task: str, subject_id: int, *, reason: str) -> None:
    """Write beside a waiting row why its last try failed."""
    with Session(database) as session, session.begin():
        note(session, task, subject_id, reason=reason)


def note(session: Session, task: str, subject_id: int, *, reason: str) -> None:
    """Write beside a waiting row what became of its last try."""
    key = (handoff.c.task == task) & (handoff.c.subject_id == subject_id)
    session.execute(update(handoff).where(key).values(reason=reason[:LONGEST_REASON]))


def _event(task: str, subject_id: int) -> Event:
    kind = event_of(task)
    (field,) = kind.model_fields
    return kind.model_validate({field: subject_id})

"""All that ingest asks of the database and writes to it about hosts: who may be asked when, and who is being asked."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Table, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from services.ingest.politeness import HostPolicy, HostStanding, Later, Slot, take_slot
from shared.tables import HostRest, HostVisit

host_rest: Table = HostRest.__table__  # type: ignore[attr-defined]
host_visit: Table = HostVisit.__table__  # type: ignore[attr-defined]
LONGEST_VISIT = timedelta(seconds=150)  # beyond the hard limit of a task; whoever visited must be dead


def resting_hosts(session: Session, *, now: datetime) -> dict[str, datetime]:
    """Return the hosts that may not be asked yet, and until when."""
    rows = session.execute(select(host_rest.c.host, host_rest.c.until).where(host_rest.c.until > now))
    return {row.host: row.until for row in rows}


def rest_hosts(session: Session, hosts: Mapping[str, datetime]) -> None:
    """Let hosts rest until the times given, or longer where somebody else asked for that."""
    if hosts:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        # in one order, or two workers would wait for each other
        rows = [{"host": host, "until": until} for host, until in sorted(hosts.items())]
        asked = insert(host_rest)
        is_longer = asked.excluded.until > host_rest.c.until
        longer = {"until": case((is_longer, asked.excluded.until), else_=host_rest.c.until)}
        session.execute(asked.on_conflict_do_update(index_elements=["host"], set_=longer), rows)


def requests_under_way(session: Session, *, now: datetime) -> dict[str, int]:
    """Return how many requests all workers together have under way at each host."""
    counted = select(host_visit.c.host, func.sum(host_visit.c.requests).label("requests"))
    rows = session.execute(counted.where(host_visit.c.until > now).group_by(host_visit.c.host))
    return {row.host: int(row.requests) for row in rows}


def begin_visits(session: Session, requests: Mapping[str, int], *, token: str, until: datetime) -> None:
    """Note so many requests at each host as under way, until `until` at the latest."""
    if requests:
        rows = [{"host": host, "token": token, "requests": count, "until": until} for host, count in requests.items()]
        session.execute(host_visit.insert(), rows)


def end_visits(session: Session, hosts: Collection[str], *, token: str) -> None:
    """Note that the requests at these hosts are over."""
    if hosts:
        session.execute(delete(host_visit).where(host_visit.c.token == token, host_visit.c.host.in_(hosts)))


def visit(session: Session, host: str, *, token: str, policy: HostPolicy, now: datetime) -> Slot | Later:
    """Take the next start at a host for one request, or learn when to come again."""
    standing = _locked(session, host, now=now)
    slot = take_slot(standing, policy=policy, now=now)
    this = update(host_rest).where(host_rest.c.host == host)
    match slot:
        case Slot(starts_at):
            session.execute(this.values(until=starts_at + policy.spacing))
            begin_visits(session, {host: 1}, token=token, until=starts_at + LONGEST_VISIT)
        case Later(at):
            session.execute(this.values(queued_until=at))
    return slot


def forget_hosts(session: Session, *, now: datetime) -> None:
    """Forget hosts that may be asked at any time, and visits whose worker must be dead."""
    queue_is_over = or_(host_rest.c.queued_until.is_(None), host_rest.c.queued_until <= now)
    over = select(host_rest.c.host).where(host_rest.c.until <= now, queue_is_over).with_for_update(skip_locked=True)
    session.execute(delete(host_rest).where(host_rest.c.host.in_(over)))
    session.execute(delete(host_visit).where(host_visit.c.until <= now))


def _locked(session: Session, host: str, *, now: datetime) -> HostStanding:
    """Return how a host stands, and let no other worker decide about it until this transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    known = insert(host_rest).values(host=host, until=now)
    locking = known.on_conflict_do_update(index_elements=["host"], set_={"until": host_rest.c.until})
    row = session.execute(locking.returning(host_rest.c.until, host_rest.c.queued_until)).one()
    running = select(func.coalesce(func.sum(host_visit.c.requests), 0))
    under_way = session.scalar(running.where(host_visit.c.host == host, host_visit.c.until > now))
    return HostStanding(row.until, row.queued_until, int(under_way or 0))

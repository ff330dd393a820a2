"""Whether a worker really works: a row that it writes in a task that came through the broker.

`python -m shared.heartbeat NAME` exits 0 where the worker's last beat is younger than two minutes, else 1.
"""

import sys
from datetime import datetime, timedelta

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from shared.database import engine
from shared.leases import database_now
from shared.tables.handoffs import Heartbeat

heartbeat: Table = Heartbeat.__table__  # type: ignore[attr-defined]
LONGEST_SILENCE = timedelta(seconds=120)


def beat(session: Session, worker: str) -> None:
    """Note that `worker` just did a piece of work; two processes of one worker may do so at once."""
    now = database_now(session)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(heartbeat).values(worker=worker, beat_at=now)
    session.execute(first.on_conflict_do_update(index_elements=["worker"], set_={"beat_at": now}))


def last_beat(session: Session, worker: str) -> datetime | None:
    """Return when `worker` last worked."""
    row = session.get(Heartbeat, worker)
    return row.beat_at if row else None


def main(worker: str) -> int:
    """Say on one line whether `worker` is alive; the exit code for a container's health check."""
    with Session(engine()) as session:
        beat_at, now = last_beat(session, worker), database_now(session)
    if beat_at is not None and now - beat_at < LONGEST_SILENCE:
        return 0
    sys.stderr.write(f"{worker}: no work done since {beat_at or 'it started'}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

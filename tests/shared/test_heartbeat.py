"""A worker's beat: one row however many of its processes write it, and alive only while it is fresh."""

import threading
from datetime import timedelta

from sqlalchemy import Engine, update
from sqlmodel import Session

from shared.heartbeat import LONGEST_SILENCE, beat, heartbeat, last_beat


def test_two_processes_of_a_new_worker_may_beat_at_once(any_database: Engine) -> None:
    together = threading.Barrier(4)
    failures: list[Exception] = []

    def work() -> None:
        try:
            with Session(any_database) as session, session.begin():
                together.wait(timeout=10)
                beat(session, "ingest")
        except Exception as failure:  # noqa: BLE001 - whatever it is, the test names it
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Session(any_database) as session:
        assert last_beat(session, "ingest") is not None


def test_a_later_beat_replaces_an_earlier_one(any_database: Engine) -> None:
    with Session(any_database) as session, session.begin():
        beat(session, "ingest")
        first = last_beat(session, "ingest")
        assert first is not None
        session.execute(update(heartbeat).values(beat_at=first - LONGEST_SILENCE - timedelta(seconds=1)))
        session.expire_all()
        beat(session, "ingest")
        session.expire_all()
        again = last_beat(session, "ingest")
    assert again is not None
    assert again >= first

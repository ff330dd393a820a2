"""Several workers at once on a real PostgreSQL: nothing is lost, nothing is told twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
from sqlmodel import Session, select

from shared import tables
from shared.database import create_database
from shared.events import ArticleIngested, Event, ShiftDetected, StatementsTagged
from shared.schema import upgrade
from shared.transaction import Begin, transactions
from tests.extract.newsroom import LineReader, bring, say, standing, watch, work_off

WORKERS = 6
STANCES = ("favor", "favor", "mixed", "mixed", "against", "against")


@pytest.mark.slow
def test_workers_that_read_and_review_together_end_where_one_alone_ends(postgres_url: str) -> None:
    database = create_database(postgres_url)
    upgrade(database)
    told, lock = list[Event](), Lock()

    def publish(event: Event) -> None:
        with lock:
            told.append(event)

    begin = transactions(database, publish)
    watch(begin, "Ann Lee", "Bob Ray")
    for day, stance in enumerate(STANCES):
        text = f"{say(stance)}\n{say(stance, who='Bob Ray')}\n{say(stance, who='Carol Poe')}" + " " * day
        bring(begin, text, day=day)
    for kind in (ArticleIngested, StatementsTagged):
        rung = [event for event in told if isinstance(event, kind)]
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda event: ring(event, begin), rung * 2))
    shifts = [event.shift_id for event in told if isinstance(event, ShiftDetected)]
    with Session(database) as session:
        assert [shift[:4] for shift in standing(session)] == [
            ("ann-lee", "plan", "favor", "mixed"),
            ("ann-lee", "plan", "mixed", "against"),
            ("bob-ray", "plan", "favor", "mixed"),
            ("bob-ray", "plan", "mixed", "against"),
        ]
        assert len(session.exec(select(tables.Tagging)).all()) == len(STANCES)
        assert len(session.exec(select(tables.Actor)).all()) == 3
        waiting = {handoff.task for handoff in session.exec(select(tables.Handoff)).all()}
    assert waiting == {"alert.raise_alerts"}
    assert len(shifts) == len(set(shifts))
    database.dispose()


def ring(event: Event, begin: Begin) -> None:
    """One worker that hears of one event."""
    work_off([event], begin, LineReader())

"""When a figure counts as pressed."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from services.extract.pressure import read_pressure
from services.extract.timeline import DatedStatement, build_timeline
from shared import tables
from shared.events import Event, PressureNoticed
from shared.transaction import transactions
from shared.vocabulary import Arrival, Decision, Stance
from tests.extract.ledger import RULES, dated, ledger
from tests.extract.newsroom import NOW, LineReader, bring, press, say, watch, work_off


def call(day: int, stance: Stance = Stance.AGAINST, **changes: object) -> DatedStatement:
    return dated("A", day, statement_id=100 + day, stance=stance, own_words=False, **changes)


@pytest.mark.parametrize(
    ("letters", "calls", "sources"),
    [
        pytest.param("M", [call(2), call(3), call(4)], 3, id="a figure who straddles"),
        pytest.param("", [call(2), call(3), call(4)], 3, id="a figure who said nothing"),
        pytest.param("m", [call(2), call(3), call(4)], 3, id="a figure of whom too little is known"),
        pytest.param("F", [call(2), call(3), call(4)], None, id="a figure who took a side"),
        pytest.param("M", [call(2), call(3)], None, id="two are not enough"),
        pytest.param("M", [call(2), call(3), call(4, story_id=3)], None, id="a copy is no source"),
        pytest.param("M", [call(2), call(3), call(4, words=call(3).words)], None, id="nor are the same words"),
        pytest.param("M", [call(2), call(3), call(40)], None, id="too far apart"),
        pytest.param("M", [call(2), call(3), call(4, decided=Decision.REJECT)], None, id="one was rejected"),
    ],
)
def test_pressure_needs_several_sources_and_an_open_position(
    letters: str, calls: list[DatedStatement], sources: int | None
) -> None:
    timeline = build_timeline(ledger(letters), weights=RULES.weights)
    found = read_pressure(timeline, calls, rules=RULES)
    assert (found and found.sources) == sources


def test_pressure_says_what_is_asked_for_where_the_sources_agree() -> None:
    timeline = build_timeline(ledger("M"), weights=RULES.weights)
    agreed = read_pressure(timeline, [call(2), call(3), call(4, Stance.NONE)], rules=RULES)
    split = read_pressure(timeline, [call(2), call(3, Stance.FAVOR), call(4)], rules=RULES)
    assert agreed is not None
    assert split is not None
    assert (agreed.toward, split.toward) == (Stance.AGAINST, Stance.NONE)


def test_pressure_is_stored_while_it_lasts(any_database: Engine) -> None:
    waiting: list[Event] = []
    begin = transactions(any_database, waiting.append)
    watch(begin, "Ann Lee")
    bring(begin, say("mixed"), day=1)
    for day in (2, 3, 4):
        bring(begin, press("against", confidence=0.5 + day / 100), day=day)
    work_off(waiting, begin, LineReader())
    with Session(any_database) as session:
        row = session.exec(select(tables.Pressure)).one()
    assert (row.figure_id, row.sources, row.toward, row.noticed_at, row.ended_at) == (
        *("ann-lee", 3, Stance.AGAINST, NOW, None),
    )
    bring(begin, say("against"), day=5)
    work_off(waiting, begin, LineReader())
    with Session(any_database) as session:
        assert session.exec(select(tables.Pressure)).one().ended_at == NOW


@pytest.mark.parametrize(
    ("old", "new", "arrived"),
    [
        pytest.param((), (2, 3, 4), Arrival.LIVE, id="all came while we watched"),
        pytest.param((2, 3), (4,), Arrival.LIVE, id="what came while we watched made it enough"),
        pytest.param((2, 3, 4), (5,), Arrival.HISTORY, id="history showed it already"),
        pytest.param((2, 3, 4), (40, 41, 42), Arrival.LIVE, id="another one came later"),
    ],
)
def test_pressure_that_history_shows_is_history(old: tuple[int, ...], new: tuple[int, ...], arrived: Arrival) -> None:
    calls = [call(day, arrived=Arrival.HISTORY) for day in old] + [call(day) for day in new]
    found = read_pressure(build_timeline(ledger("M"), weights=RULES.weights), calls, rules=RULES)
    assert found is not None
    assert found.arrived is arrived


def test_each_pressure_is_told_of_once(any_database: Engine) -> None:
    waiting: list[Event] = []
    heard: list[Event] = []
    begin = transactions(any_database, waiting.append)
    watch(begin, "Ann Lee")
    bring(begin, say("mixed"), day=1)
    for day in (2, 3, 4, 5):  # the fourth call is no other pressure
        bring(begin, press("against", confidence=0.5 + day / 100), day=day)
    work_off(waiting, begin, LineReader(), heard=heard)
    first = [event.pressure_id for event in heard if isinstance(event, PressureNoticed)]
    assert len(first) == 1
    for day in (60, 61, 62):  # two months later others call
        bring(begin, press("favor", confidence=0.5 + day / 200), day=day)
    work_off(waiting, begin, LineReader(), heard=heard)
    told = [event.pressure_id for event in heard if isinstance(event, PressureNoticed)]
    with Session(any_database) as session:
        rows = session.exec(select(tables.Pressure).order_by("id")).all()
    assert told == [row.id for row in rows]
    assert [row.ended_at is None for row in rows] == [False, True]

"""What the reviewer asks of the database, and what it writes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Select, Table, bindparam, exists, select, update
from sqlmodel import Session

from services.extract.plain_columns import DIALECTS, as_statements, plain_rows, timeline_columns
from services.extract.pressure import Pressing
from services.extract.standing import Changed, Fallen, Kept, KnownShift, Raised, StoredShift, Untouched, Verdict
from services.extract.timeline import DatedStatement
from shared import tables
from shared.events import Event, PressureNoticed, ShiftDetected, ShiftWithdrawn
from shared.vocabulary import Arrival, Decision, ShiftStatus, StatementKind, WhyWithdrawn

actors: Table = tables.Actor.__table__  # type: ignore[attr-defined]
pressures: Table = tables.Pressure.__table__  # type: ignore[attr-defined]
shifts: Table = tables.Shift.__table__  # type: ignore[attr-defined]
statements: Table = tables.Statement.__table__  # type: ignore[attr-defined]
taggings: Table = tables.Tagging.__table__  # type: ignore[attr-defined]
verdicts: Table = tables.ShiftVerdict.__table__  # type: ignore[attr-defined]

SIGNAL_KINDS = (StatementKind.REPORTED_SHIFT, StatementKind.PRESSURE)

# Built once: putting a question together anew for every review costs as much as reading a hundred statements.
OF_THE_ARTICLE = select(taggings.c.article_id).where(taggings.c.id == bindparam("tagging")).scalar_subquery()
waiting, waiting_actors = statements.alias("waiting"), actors.alias("waiting_actors")
AWAITS_READING = exists().where(
    *(waiting.c.awaits_reading, waiting.c.current, waiting.c.issue_id == statements.c.issue_id),
    *(waiting_actors.c.id == waiting.c.actor_id, waiting_actors.c.figure_id == actors.c.figure_id),
)
TOPICS = (
    select(actors.c.figure_id, statements.c.issue_id)
    .join(actors, actors.c.id == statements.c.actor_id)
    .where(statements.c.article_id == OF_THE_ARTICLE, actors.c.figure_id.is_not(None), ~AWAITS_READING)
    .distinct()
)
FIGURES = (
    select(actors.c.id)
    .where(actors.c.figure_id.in_(bindparam("figures", expanding=True)))
    .order_by(actors.c.id)
    .with_for_update(key_share=True)
)
TIMELINE = {
    dialect: select(*timeline_columns(statements, dialect))
    .join(actors, actors.c.id == statements.c.actor_id)
    .where(
        *(actors.c.figure_id == bindparam("figure"), statements.c.issue_id == bindparam("issue")),
        *(statements.c.current, statements.c.kind == StatementKind.STANCE),
    )
    for dialect in DIALECTS
}
SIGNALS = {
    dialect: select(statements.c.kind, *timeline_columns(statements, dialect))
    .join(actors, actors.c.id == statements.c.actor_id)
    .where(
        *(actors.c.figure_id == bindparam("figure"), statements.c.issue_id == bindparam("issue")),
        *(statements.c.current, statements.c.kind.in_(SIGNAL_KINDS)),
    )
    for dialect in DIALECTS
}
SHIFTS = (
    select(shifts.c.id, *(shifts.c[column.name] for column in fields(StoredShift)))
    .where(shifts.c.figure_id == bindparam("figure"), shifts.c.issue_id == bindparam("issue"))
    .order_by(shifts.c.at, shifts.c.id)
)

PRESSURE_OVER = (
    update(pressures)
    .where(
        *(pressures.c.figure_id == bindparam("figure"), pressures.c.issue_id == bindparam("issue")),
        pressures.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("moment"))
)
SHIFT_VERDICTS = (
    select(verdicts)
    .where(
        *(verdicts.c.figure_id == bindparam("figure"), verdicts.c.issue_id == bindparam("issue")),
        verdicts.c.undone_at.is_(None),
    )
    .order_by(verdicts.c.id)
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What the press says of a turn, and what presses the figure."""

    reports: tuple[DatedStatement, ...]
    calls: tuple[DatedStatement, ...]


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    """One figure on one issue: what positions are read for."""

    figure_id: str
    issue_id: str


def topics_of_article(session: Session, tagging_id: int) -> tuple[Topic, ...]:
    """Return the topics that the tagging's article speaks of now, or spoke of when it was read before.

    One with articles that await another reading is left to the last of those: half of it would be read by other words.
    """
    rows = session.connection().execute(TOPICS, {"tagging": tagging_id})
    return tuple(sorted(Topic(row.figure_id, row.issue_id) for row in rows))


def hold_figures(session: Session, topics: Sequence[Topic]) -> None:
    """Let one reviewer at a time decide about a figure; SQLite's writers wait for one another anyway."""
    if topics and session.get_bind().dialect.name == "postgresql":
        session.connection().execute(FIGURES, {"figures": sorted({topic.figure_id for topic in topics})}).all()


def statements_on(session: Session, topic: Topic) -> tuple[DatedStatement, ...]:
    """Return what the latest reading of each article found on a topic."""
    return as_statements(_asked(session, TIMELINE, topic))


def signals_on(session: Session, topic: Topic) -> Signals:
    """Return what is said of a figure on a topic beyond the figure's stances."""
    found: dict[StatementKind, list[tuple[Any, ...]]] = {kind: [] for kind in SIGNAL_KINDS}
    for kind, *statement in _asked(session, SIGNALS, topic):
        found[kind].append(tuple(statement))
    return Signals(*(as_statements(found[kind]) for kind in SIGNAL_KINDS))


def save_pressure(session: Session, topic: Topic, found: Pressing | None, *, now: datetime) -> Event | None:
    """Write the pressure that a topic is under, or that it is over; return what people must be told of it."""
    if found is None:
        session.connection().execute(PRESSURE_OVER, {"figure": topic.figure_id, "issue": topic.issue_id, "moment": now})
        return None
    this = (pressures.c.figure_id == topic.figure_id) & (pressures.c.issue_id == topic.issue_id)
    columns = (pressures.c.id, pressures.c.until, pressures.c.ended_at)
    known = session.execute(select(*columns).where(this).order_by(pressures.c.id.desc()).limit(1)).first()
    if known is not None and not found.is_news_after(known.until):
        again = {"noticed_at": now} if known.ended_at is not None else {}
        anew = asdict(found) | again | {"ended_at": None}
        del anew["arrived"]  # how it began
        session.execute(update(pressures).where(pressures.c.id == known.id).values(anew))
        return None
    session.execute(PRESSURE_OVER, {"figure": topic.figure_id, "issue": topic.issue_id, "moment": now})
    row = {"figure_id": topic.figure_id, "issue_id": topic.issue_id, "noticed_at": now, "ended_at": None}
    begun = session.execute(pressures.insert().values(row | asdict(found)).returning(pressures.c.id))
    return PressureNoticed(pressure_id=int(begun.scalar_one()))


def _asked(session: Session, questions: Mapping[str, Select[Any]], topic: Topic) -> Sequence[tuple[Any, ...]]:
    connection = session.connection()
    question = questions[connection.dialect.name]
    return plain_rows(connection.execute(question, {"figure": topic.figure_id, "issue": topic.issue_id}))


def known_shifts(session: Session, topic: Topic) -> tuple[KnownShift, ...]:
    """Return every stored shift on a topic, in order."""
    rows = session.connection().execute(SHIFTS, {"figure": topic.figure_id, "issue": topic.issue_id})
    return tuple(KnownShift(number, StoredShift(*stored)) for number, *stored in rows)


def decided_pairs(session: Session, topic: Topic) -> dict[tuple[int, int], Decision]:
    """Return what people said of shifts on a topic, by the current statements with the words that were quoted."""
    said = session.connection().execute(SHIFT_VERDICTS, {"figure": topic.figure_id, "issue": topic.issue_id}).all()
    if not said:
        return {}
    columns = (statements.c.id, statements.c.article_id, statements.c.words)
    concerned = {article for row in said for article in (row.before_article_id, row.after_article_id)}
    numbers: dict[tuple[int, int], list[int]] = {}
    rows = session.execute(select(*columns).where(statements.c.article_id.in_(concerned), statements.c.current))
    for number, article_id, words in rows:
        numbers.setdefault((article_id, words), []).append(number)
    return {
        (before, after): row.decision
        for row in said
        for before in numbers.get((row.before_article_id, row.before_words), ())
        for after in numbers.get((row.after_article_id, row.after_words), ())
    }


def save_verdict(session: Session, topic: Topic, verdict: Verdict, *, arrived: Arrival, now: datetime) -> Event | None:
    """Write what became of one shift; return what people must be told of it."""
    match verdict:
        case Raised(shift):
            row = {"figure_id": topic.figure_id, "issue_id": topic.issue_id, "detected_at": now, "arrived": arrived}
            row |= asdict(shift) | {"actor_id": _actor_of(session, shift.after_statement_id)}
            shift_id = int(session.execute(shifts.insert().values(row).returning(shifts.c.id)).scalar_one())
            return _detected(shift_id, shift)
        case Changed(shift_id, shift):
            anew = {"detected_at": now, "arrived": arrived, "withdrawn_because": ""}
            _update_shift(session, shift_id, asdict(shift) | anew)
            return _detected(shift_id, shift)
        case Kept(shift_id, shift):
            _update_shift(session, shift_id, asdict(shift) | {"withdrawn_because": ""})
        case Fallen(shift_id, status, because, stood, shift):
            now_is = asdict(shift) if shift else {"status": status, "pending_until": None}
            _update_shift(session, shift_id, now_is | {"withdrawn_because": because})
            return ShiftWithdrawn(shift_id=shift_id) if stood else None
        case Untouched():
            pass
    return None


def let_lapse(session: Session, *, now: datetime) -> int:
    """Withdraw the pending shifts whose time to be confirmed is over; return how many."""
    over = update(shifts).where(shifts.c.status == ShiftStatus.PENDING, shifts.c.pending_until <= now)
    lapsed = session.execute(
        over.values(status=ShiftStatus.WITHDRAWN, withdrawn_because=WhyWithdrawn.NOT_CONFIRMED_IN_TIME)
    )
    assert isinstance(lapsed, CursorResult)
    return lapsed.rowcount


def _detected(shift_id: int, shift: StoredShift) -> Event | None:
    return ShiftDetected(shift_id=shift_id) if shift.status is ShiftStatus.STANDING else None


def _update_shift(session: Session, shift_id: int, values: dict[str, Any]) -> None:
    session.execute(update(shifts).where(shifts.c.id == shift_id).values(values))


def _actor_of(session: Session, statement_id: int) -> int:
    return int(session.execute(select(statements.c.actor_id).where(statements.c.id == statement_id)).scalar_one())

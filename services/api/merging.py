"""Two figures that turn out to be one: everything of the one becomes the other's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, select, update
from sqlmodel import Session

from shared.events import StatementsTagged
from shared.failures import UserMistake
from shared.tables import Actor, Figure, Shift, ShiftVerdict, Statement, Subscription
from shared.transaction import Transaction

actor: Table = Actor.__table__  # type: ignore[attr-defined]
statement: Table = Statement.__table__  # type: ignore[attr-defined]
shift: Table = Shift.__table__  # type: ignore[attr-defined]
verdict: Table = ShiftVerdict.__table__  # type: ignore[attr-defined]
subscription: Table = Subscription.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Merged:
    """What became another's: statements, shifts and subscriptions by number, and the names it is known by from now."""

    statements: int
    shifts: int
    subscriptions: int
    aliases: tuple[str, ...]


def merge_figures(tx: Transaction, old_id: str, kept_id: str, *, now: datetime) -> Merged:
    """Make all of one figure the other's, retire it, and have the joined timelines read; nobody is told twice."""
    old, kept = _found(tx.session, old_id), _found(tx.session, kept_id)
    if old_id == kept_id:
        raise UserMistake(f"{old_id} cannot be merged with itself; name two figures")
    moved = _move_actors(tx.session, old_id, kept_id)
    shifts = tx.session.execute(
        update(shift).where(shift.c.figure_id == old_id).values(figure_id=kept_id).returning(shift.c.id)
    ).all()
    tx.session.execute(update(verdict).where(verdict.c.figure_id == old_id).values(figure_id=kept_id))
    followed = _move_wishes(tx.session, old_id, kept_id)
    kept.aliases = list(dict.fromkeys([*kept.aliases, old.name, *old.aliases]))
    old.retired_at = now
    tx.session.add_all([old, kept])
    tx.session.flush()
    for tagging_id in _one_tagging_a_topic(tx.session, kept_id):
        tx.emit(StatementsTagged(tagging_id=tagging_id))
    return Merged(moved, len(shifts), followed, tuple(kept.aliases))


def _found(session: Session, figure_id: str) -> Figure:
    figure = session.get(Figure, figure_id)
    if figure is None:
        raise UserMistake(f"there is no figure '{figure_id}'; the watchlist has their ids")
    return figure


def _move_actors(session: Session, old_id: str, kept_id: str) -> int:
    numbers = session.execute(select(actor.c.id).where(actor.c.figure_id == old_id)).scalars().all()
    session.execute(update(actor).where(actor.c.id.in_(numbers)).values(figure_id=kept_id))
    theirs = select(func.count()).where(statement.c.actor_id.in_(numbers), statement.c.current)
    return int(session.execute(theirs).scalar_one())


def _move_wishes(session: Session, old_id: str, kept_id: str) -> int:
    moved = 0
    for number, figures in session.execute(select(subscription.c.id, subscription.c.figures)).all():
        if old_id in figures:
            named = list(dict.fromkeys(kept_id if one == old_id else one for one in figures))
            session.execute(update(subscription).where(subscription.c.id == number).values(figures=named))
            moved += 1
    return moved


def _one_tagging_a_topic(session: Session, figure_id: str) -> tuple[int, ...]:
    """Return for each issue one tagging whose review reads the figure's timeline on it."""
    theirs = (
        select(func.max(statement.c.tagging_id))
        .join(actor, actor.c.id == statement.c.actor_id)
        .where(actor.c.figure_id == figure_id)
        .group_by(statement.c.issue_id)
    )
    return tuple(sorted(set(session.execute(theirs).scalars())))

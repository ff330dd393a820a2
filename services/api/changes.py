"""What a wish changed in the stored watchlist, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from shared.failures import UserMistake
from shared.tables import Figure, Issue, Subscription

COMING_BACK = {"retired_at", "active"}


class AlreadyThere(UserMistake):
    """What was to be made is there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done: `what` is added, changed or retired; `parts` are the fields that changed."""

    what: str
    kind: str
    name: str
    parts: tuple[str, ...] = field(default=(), compare=False)


def note_change(session: Session, row: Any, change: Change, values: dict[str, Any]) -> tuple[Change, ...]:
    """Write the values that differ; nothing where none does, and a row that comes back counts as added."""
    different = {key: value for key, value in values.items() if getattr(row, key) != value}
    if not different:
        return ()
    for key, value in different.items():
        setattr(row, key, value)
    session.add(row)
    if COMING_BACK & different.keys():
        return (replace(change, what="added"),)
    return (replace(change, parts=tuple(different)),)


def retire(
    session: Session, row: Figure | Issue | Subscription, kind: str, name: str, *, now: datetime
) -> tuple[Change, ...]:
    """Take a row from the watchlist; it stays, since statements and alerts refer to it."""
    if row.retired_at is not None:
        return ()
    row.retired_at = now
    session.add(row)
    return (Change("retired", kind, name),)

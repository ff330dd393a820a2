"""A timeline's columns as the driver gives them: turning a thousand rows into objects costs more than reading them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, CursorResult, String, Table, func, literal_column
from sqlalchemy.engine.interfaces import DBAPICursor

from services.extract.timeline import DatedStatement

DIALECTS = ("sqlite", "postgresql")
NAMED_OTHERWISE = {"statement_id": "id"}
UTC_OFFSET: ColumnElement[str] = literal_column(
    "'+00:00'"
)  # SQLite keeps a moment as text, in UTC and without saying so
ISO: ColumnElement[str] = literal_column("""'YYYY-MM-DD HH24:MI:SS.US"+00:00"'""")

# what `DatedStatement._make` does, without a step in Python for each row
_as_statement = partial(tuple.__new__, DatedStatement)


def timeline_columns(statements: Table, dialect: str) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of a `DatedStatement` in their order, its moment as ISO 8601 writes it."""
    at, *others = (statements.c[NAMED_OTHERWISE.get(field, field)] for field in DatedStatement._fields)
    return _written(at, dialect), *others


def plain_rows(result: CursorResult[Any]) -> Sequence[tuple[Any, ...]]:
    """Return all rows as the driver made them: words where the tables have enums."""
    cursor: DBAPICursor | None = result.cursor
    assert cursor is not None, "the result returns no rows"
    rows = cursor.fetchall()
    result.close()
    return rows


def as_statements(rows: Sequence[tuple[Any, ...]]) -> tuple[DatedStatement, ...]:
    """Turn rows of `timeline_columns` into statements."""
    if not rows:
        return ()
    at, *others = zip(*rows, strict=True)
    return tuple(map(_as_statement, zip(map(datetime.fromisoformat, at), *others, strict=True)))


def _written(at: Column[Any], dialect: str) -> ColumnElement[Any]:
    """A moment as text: Python reads that faster than the driver makes a moment in the server's time zone."""
    if dialect == "sqlite":
        return at.op("||")(UTC_OFFSET)
    return func.to_char(func.timezone(literal_column("'UTC'"), at), ISO, type_=String)

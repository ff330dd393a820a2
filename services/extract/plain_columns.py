"""A timeline's columns as the driver gives them: turning a thousand rows into enums costs more than reading them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, Integer, String, Table, type_coerce
from sqlalchemy.types import TypeEngine, UserDefinedType

from services.extract.timeline import DatedStatement


class QuickUtc(UserDefinedType[datetime]):
    """SQLite's text of a moment in UTC, read without going through a naive one."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str], datetime]:
        """Return what reads one text."""
        return _read


PLAIN: dict[str, TypeEngine[Any]] = {"stance": String(), "own_words": Integer(), "is_quotation": Integer()}
PLAIN |= {"arrived": String(), "decided": String()}
MOMENTS: dict[str, TypeEngine[Any]] = {"sqlite": QuickUtc(), "postgresql": DateTime(timezone=True)}
NAMED_OTHERWISE = {"statement_id": "id"}

# what `DatedStatement._make` does, without a step in Python for each row
as_statement = partial(tuple.__new__, DatedStatement)


def timeline_columns(statements: Table, dialect: str) -> tuple[Any, ...]:
    """Return the columns of a `DatedStatement` in their order."""
    columns = (statements.c[NAMED_OTHERWISE.get(field, field)] for field in DatedStatement._fields)
    return tuple(_plain(column, dialect) for column in columns)


def _plain(column: Column[Any], dialect: str) -> Any:
    if column.name == "published_at":
        return type_coerce(column, MOMENTS[dialect])
    return type_coerce(column, PLAIN[column.name]) if column.name in PLAIN else column


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")

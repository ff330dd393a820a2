"""How lists are printed: JSON Lines for programs, tables for people."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def as_json_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write one object a line, keys in the order given."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table whose cells are plain text: what a stranger wrote is never read as markup."""
    made = Table(title=title, title_justify="left", expand=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(printable(cell)) for cell in row))
    return made


def show(*things: Any) -> None:
    """Print tables and texts for a person."""
    console = Console()
    for thing in things:
        console.print(thing)


def printable(text: str) -> str:
    """Keep a stranger's control characters away from the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)

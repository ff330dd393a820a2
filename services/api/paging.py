"""Pages of short lists that have a natural order: the cursor is the last key that was shown."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query

from services.api.cursors import LARGEST_ID
from shared.failures import UserMistake

Item = TypeVar("Item")
LONGEST_WORD = 200
NOT_OURS = "cursor: not one of ours; leave it out to begin at the start"


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins, and how long it may be."""

    after: str | None
    most: int


@dataclass(frozen=True, slots=True)
class Part(Generic[Item]):
    """One page, and the cursor of the next where there is one."""

    items: tuple[Item, ...]
    next: str | None


def start(
    cursor: Annotated[str | None, Query(max_length=LONGEST_WORD)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Start:
    """Read where a list is to begin."""
    return Start(_read(cursor) if cursor is not None else None, limit)


def part_of(found: Sequence[Item], start: Start, *, key: Callable[[Item], str]) -> Part[Item]:
    """Cut the page out of a whole list that is sorted by its keys."""
    keys = [key(item) for item in found]
    begin = 0 if start.after is None else sum(one <= start.after for one in keys)
    return first_of(found[begin:], start, key=key)


def first_of(found: Sequence[Item], start: Start, *, key: Callable[[Item], str]) -> Part[Item]:
    """Cut the page from a list that begins where it should and may go on beyond the page."""
    shown = tuple(found[: start.most])
    return Part(shown, _write(key(shown[-1])) if len(found) > start.most else None)


def id_after(start: Start) -> int:
    """Return after which id a page begins."""
    if start.after is None:
        return 0
    if not (start.after.isascii() and start.after.isdigit() and int(start.after) <= LARGEST_ID):
        raise UserMistake(NOT_OURS)
    return int(start.after)


def _write(key: str) -> str:
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _read(word: str) -> str:
    try:
        return urlsafe_b64decode(word.encode("ascii") + b"==").decode("utf-8")
    except ValueError as error:
        raise UserMistake(NOT_OURS) from error

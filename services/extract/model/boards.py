"""Boards: several propositions on one matter, and sentences labelled toward each of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.extract.model.masking import frame_pair
from services.extract.model.recipe import Example

LABELS = {"f": "favor", "a": "against", "m": "mixed", "n": "none"}
PROPOSITION = re.compile(r"[1-9] (?P<wording>\S.*)")
ROW = re.compile(r"(?P<actor>[famn]+)(?: (?P<other>[famn]+))? \| (?P<text>\S.*)")
# Stand-ins that no text holds; the one asked about is marked, the other mostly.
ACTOR_NAME, OTHER_NAME = "Actorstandin", "Otherstandin"
MISSED_NAMES = (
    "Varga",
    "Osei",
    "Lindholm",
    "Tamsin Roe",
    "Mr. Okafor",
    "the ministry",
    "Ms. Delacroix",
    "Councillor Pike",
)


class BoardError(ValueError):
    """A board that cannot be read, with its file and line."""


@dataclass(frozen=True, slots=True)
class Row:
    """A text with {A} and perhaps {O}, and the label of each toward every proposition."""

    text: str
    actor: str
    other: str | None


@dataclass(slots=True)
class Board:
    """One matter: its propositions and rows."""

    title: str
    propositions: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def read_boards(folder: Path, *, named: float = 0.0) -> tuple[Example, ...]:
    """Every label of every board in a folder; of the other actors a part, `named` of them, bear a name, not a mark."""
    rng = random.Random(folder.name)
    return tuple(
        example
        for path in sorted(folder.glob("*.txt"))
        for board in parse(path)
        for example in _labels(board, rng, named)
    )


def parse(path: Path) -> list[Board]:
    """The boards of one file; raises BoardError with the line that breaks the format."""
    boards: list[Board] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("= "):
            boards.append(Board(line[2:].strip()))
        elif not boards or not _takes(boards[-1], line):
            raise BoardError(f"{path.name}:{number}: not a proposition or a row of its board: {line[:60]}")
    return boards


def _takes(board: Board, line: str) -> bool:
    if row := ROW.fullmatch(line):
        labels = [row["actor"], *([row["other"]] if row["other"] else [])]
        board.rows.append(Row(row["text"], row["actor"], row["other"]))
        whole = all(len(each) == len(board.propositions) for each in labels)
        return whole and "{A}" in row["text"] and ("{O}" in row["text"]) == (row["other"] is not None)
    if (proposition := PROPOSITION.fullmatch(line)) and not board.rows:
        board.propositions.append(proposition["wording"])
        return True
    return False


def _labels(board: Board, rng: random.Random, named: float) -> Iterator[Example]:
    for row in board.rows:
        sides = [("{A}", "{O}", row.actor)] + ([("{O}", "{A}", row.other)] if row.other else [])
        for asked, beside, labels in sides:
            other = rng.choice(MISSED_NAMES) if rng.random() < named else OTHER_NAME
            text = row.text.replace(asked, ACTOR_NAME).replace(beside, other)
            yield from _toward(board.propositions, text, labels, f"board-{board.title}")


def _toward(propositions: Sequence[str], text: str, labels: str, family: str) -> Iterator[Example]:
    for proposition, label in zip(propositions, labels, strict=True):
        framed, asked = frame_pair(text, proposition, actor_names=(ACTOR_NAME,), other_names=(OTHER_NAME,))
        yield Example(framed, asked, LABELS[label], None, family)

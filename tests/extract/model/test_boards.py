"""Boards: how they are read, and that what the project carries can be read whole."""

from collections import Counter
from pathlib import Path

import pytest

from services.extract.model import boards
from services.extract.model.boards import BoardError, parse, read_boards
from services.extract.model.masking import ACTOR, OTHER

WRITTEN = Path(boards.__file__).with_name("boards")

BOARD = """# a comment
= the lamp tax
1 The town should tax lamps
2 The lamp tax
fa nf | "Tax them," {A} said. {O} spoke of the lamp tax only to praise it.
"""


def test_each_label_of_each_actor_is_an_example(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(BOARD, encoding="utf-8")
    examples = read_boards(tmp_path)
    assert [example.stance for example in examples] == ["favor", "against", "none", "favor"]
    assert examples[0].text.startswith(f'"Tax them," {ACTOR} said. {OTHER} spoke')
    assert examples[2].text.startswith(f'"Tax them," {OTHER} said. {ACTOR} spoke')
    assert {example.family for example in examples} == {"board-the lamp tax"}


def test_some_of_the_others_bear_names(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(BOARD, encoding="utf-8")
    assert all(OTHER not in example.text for example in read_boards(tmp_path, named=1.0))


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("f | {A} is for it.", id="a label too few"),
        pytest.param("fa | She is for it.", id="no actor"),
        pytest.param("fa | {A} and {O} are for it.", id="an other without labels"),
        pytest.param("fx | {A} is for it.", id="a label that is none"),
        pytest.param("3 A proposition after rows", id="a proposition after rows"),
    ],
)
def test_what_breaks_the_format_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "one.txt"
    path.write_text(f"{BOARD}{line}\n", encoding="utf-8")
    with pytest.raises(BoardError, match=r"one\.txt:6"):
        parse(path)


def test_no_cue_gives_the_side_away_in_what_is_written() -> None:
    """Whoever answered "favor" to every proposition put first would be right no more often than with "against"."""
    first = Counter(row.actor[0] for path in WRITTEN.glob("*.txt") for board in parse(path) for row in board.rows)
    assert first.total() > 5_000
    assert abs(first["f"] - first["a"]) < 0.1 * first.total()
    assert first["n"] < 0.5 * first.total()

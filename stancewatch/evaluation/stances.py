"""The stance decision alone, on labelled texts."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from services.extract.model.recipe import is_test
from stancewatch.commands.stance import Question, answers
from stancewatch.evaluation.measures import calibration_error, macro_f1

OTHER_NAMES = {"positive": "favor", "negative": "against", "neutral": "none"}


@dataclass(frozen=True, slots=True)
class StanceFigures:
    """The figures over one set of questions."""

    questions: int
    macro_f1: float
    accuracy: float
    calibration_error: float
    per_second: float


def score_stances(paths: Sequence[Path], *, most: int) -> StanceFigures:
    """Ask for the stance in each of the first `most` rows of JSON Lines files, and compare.

    Of passages only the families set aside count: on the others the judge was trained.
    """
    asked = list(islice(chain.from_iterable(map(_questions, paths)), most))
    gold = [label for _, label in asked]
    began = time.monotonic()
    decided = [decision for _, decision in answers(question for question, _ in asked)]
    seconds = time.monotonic() - began
    classes = set(gold)
    said: list[str] = [one.stance.value if one.stance.value in classes else "none" for one in decided]
    right = [a == g for a, g in zip(said, gold, strict=True)]
    return StanceFigures(
        len(asked),
        macro_f1(said, gold),
        sum(right) / len(right) if right else 0.0,
        calibration_error([one.confidence for one in decided], right),
        len(asked) / seconds if seconds else 0.0,
    )


def _questions(path: Path) -> Iterator[tuple[Question, str]]:
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield from _passage(row) if "labels" in row else _sentence(row)


def _passage(row: dict[str, Any]) -> Iterator[tuple[Question, str]]:
    if not is_test(row.get("family") or row["id"]):
        return
    for label in row["labels"]:
        yield Question(actor=label["actor"], target=label["proposition"], text=row["text"]), label["stance"]


def _sentence(row: dict[str, Any]) -> Iterator[tuple[Question, str]]:
    text, target = row.get("text") or row["sentence"], row.get("target") or row.get("question")
    yield Question(actor=row.get("actor"), target=target, text=text), OTHER_NAMES.get(row["label"], row["label"])

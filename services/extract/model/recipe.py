"""What the judge learns from: labelled pairs of text and proposition, read from each source in the same form."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.extract.model.masking import frame_pair

STANCES = ("favor", "against", "mixed", "none")
SIGNALS = (
    "own-direct", "own-indirect", "act", "spokesperson", "characterisation", "pronoun", "reported-shift", "speculation",
    "pressure", "accusation", "history", "third-party", "question", "other-issue", "mention",
)  # fmt: skip
NAMED_ALIKE = {"positive": "favor", "negative": "against", "neutral": "none"}
TURNED = {"favor": "against", "against": "favor"}
# One family in three is never trained on; of the rest one in ten chooses the epoch and the temperature.
TEST_EVERY, HELD_EVERY = 3, 10


@dataclass(frozen=True, slots=True)
class Example:
    """A marked text, the proposition or its mark, the stance and, where known, the signal that shows it."""

    text: str
    proposition: str
    stance: str
    signal: str | None
    family: str


def read_passages(folder: Path, *, named: float = 0.0) -> tuple[Example, ...]:
    """Every label of every passage in a folder; of the other actors a part, `named` of them, keep their names."""
    return tuple(example for passage in _lines(folder) for example in _labels(passage, named))


def read_sentences(path: Path) -> tuple[Example, ...]:
    """A public stance set: sentences or statements with a target, one label each."""
    return tuple(_sentence(row) for row in _lines(path))


def is_test(family: str) -> bool:
    """Whether a family of passages is set aside for good."""
    return _hash(family) % TEST_EVERY == 0


def is_held(family: str) -> bool:
    """Whether a family of passages is kept from training to choose the epoch and the temperature."""
    return not is_test(family) and _hash(family) // TEST_EVERY % HELD_EVERY == 0


def turned(example: Example) -> Example:
    """The same text toward the opposite proposition; itself where the proposition has no plain opposite."""
    before, should, after = example.proposition.partition(" should ")
    if not should:
        return example
    opposite = after.removeprefix("not ") if after.startswith("not ") else f"not {after}"
    return replace(
        example, proposition=f"{before} should {opposite}", stance=TURNED.get(example.stance, example.stance)
    )


def misplaced(example: Example, propositions: Sequence[str], rng: random.Random) -> Example:
    """The same text toward somebody else's proposition, on which it shows nothing."""
    return replace(example, proposition=rng.choice(propositions), stance="none", signal="other-issue")


def _labels(passage: dict[str, Any], named: float) -> Iterator[Example]:
    rng = random.Random(passage["id"])
    actors = tuple(dict.fromkeys(label["actor"] for label in passage["labels"]))
    for label in passage["labels"]:
        others = tuple(actor for actor in actors if actor != label["actor"] and rng.random() >= named)
        text, proposition = frame_pair(
            passage["text"], label["proposition"], actor_names=(label["actor"],), other_names=others
        )
        yield Example(text, proposition, label["stance"], label["signal"], passage.get("family") or passage["id"])


def _sentence(row: dict[str, Any]) -> Example:
    text = row.get("text") or row["sentence"]
    actors = (row["actor"],) if row.get("actor") else ()
    framed, proposition = frame_pair(text, row["target"], actor_names=actors)
    return Example(framed, proposition, NAMED_ALIKE.get(row["label"], row["label"]), None, row["id"])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _hash(family: str) -> int:
    return int(hashlib.md5(family.encode(), usedforsecurity=False).hexdigest(), 16)

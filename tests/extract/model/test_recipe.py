"""Examples keep their label's meaning whatever is done to them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from services.extract.model.recipe import Example, is_held, is_test, misplaced, read_passages, read_sentences, turned


def example(proposition: str, stance: str) -> Example:
    return Example("[ACTOR] spoke.", proposition, stance, "own-direct", "f1")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(("We should go.", "favor"), ("We should not go.", "against"), id="for becomes against"),
        pytest.param(("We should not go.", "favor"), ("We should go.", "against"), id="not goes"),
        pytest.param(("We should go.", "mixed"), ("We should not go.", "mixed"), id="mixed stays"),
        pytest.param(("We should go.", "none"), ("We should not go.", "none"), id="none stays"),
        pytest.param(("Going", "favor"), ("Going", "favor"), id="a topic has no opposite"),
    ],
)
def test_turning_a_proposition_turns_the_stance(before: tuple[str, str], after: tuple[str, str]) -> None:
    result = turned(example(*before))
    assert (result.proposition, result.stance) == after


def test_toward_a_strangers_proposition_nothing_is_shown() -> None:
    result = misplaced(example("We should go.", "favor"), ["They should stay."], random.Random(1))
    assert (result.proposition, result.stance, result.signal) == ("They should stay.", "none", "other-issue")


def test_no_family_is_both_tested_and_held() -> None:
    families = [f"A-f{number}" for number in range(600)]
    tested = sum(is_test(family) for family in families)
    assert 150 < tested < 250
    assert not any(is_test(family) and is_held(family) for family in families)


def test_each_label_of_a_passage_marks_its_own_actor(tmp_path: Path) -> None:
    labels = [
        {"actor": name, "proposition": "Both should go.", "topic": "t", "stance": stance, "signal": "act"}
        for name, stance in (("Ana Ruiz", "favor"), ("Jo Bell", "against"))
    ]
    passage = {"id": "X-1", "text": "Ruiz agreed; Bell did not.", "labels": labels}
    (tmp_path / "one.jsonl").write_text(json.dumps(passage) + "\n", encoding="utf-8")
    assert [(e.text, e.stance, e.family) for e in read_passages(tmp_path)] == [
        ("[ACTOR] agreed; [OTHER] did not.", "favor", "X-1"),
        ("[OTHER] agreed; [ACTOR] did not.", "against", "X-1"),
    ]


def test_other_sets_are_read_under_our_names(tmp_path: Path) -> None:
    row = {"id": "s1", "sentence": "Bell was cheered.", "target": "Bell", "label": "positive"}
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert read_sentences(path) == (Example("[TARGET] was cheered.", "[TARGET]", "favor", None, "s1"),)

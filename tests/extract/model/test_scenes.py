"""Invented scenes are whole, varied and the same for one seed."""

from __future__ import annotations

import re
from collections import defaultdict

from services.extract.model.recipe import SIGNALS, STANCES
from services.extract.model.scenes import write_scenes

SCENES = write_scenes(3000, seed=1)


def test_one_seed_writes_one_set_of_scenes() -> None:
    assert write_scenes(50, seed=4) == write_scenes(50, seed=4)
    assert write_scenes(50, seed=4) != write_scenes(50, seed=5)


def test_every_slot_is_filled_and_the_actor_is_there() -> None:
    assert not [scene.text for scene in SCENES if "{" in scene.text or "[ACTOR]" not in scene.text]


def test_every_stance_and_known_signals_only() -> None:
    assert {scene.stance for scene in SCENES} == set(STANCES)
    assert {scene.signal for scene in SCENES} <= {*SIGNALS, None}


def test_who_opposes_the_opposite_is_in_favour() -> None:
    shown: dict[str, set[str]] = defaultdict(set)
    for scene in SCENES:
        if opposed := re.search(r"\[ACTOR\] (?:opposes|said (?:he|she|they) opposed) ([^.]+)\.", scene.text):
            shown[f"{scene.proposition} {opposed[1]}"].add(scene.stance)
    assert all(len(stances) == 1 for stances in shown.values())
    assert {"favor", "against"} <= set().union(*shown.values())

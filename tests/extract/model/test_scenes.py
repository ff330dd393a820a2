"""Invented scenes are whole, varied, fair to both sides and the same for one seed."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict

import pytest

from services.extract.model.masking import ACTOR, OTHER, TARGET
from services.extract.model.recipe import SIGNALS, STANCES
from services.extract.model.scenes import COMPOSERS, Scene, propose, write_scenes
from services.extract.model.staging import FIELDS, Stage, read_stage

SCENES = write_scenes(12000, seed=1)
STAGE = read_stage()
NAMES = [frame.wording for frame in STAGE.frames["name"]]
OTHERS = [OTHER, *NAMES, *(name[:1].upper() + name[1:] for name in NAMES)]


def composed(how: str, times: int = 300) -> list[Scene]:
    compose = next(composer for composer in COMPOSERS if composer.__name__ == how)
    rng = random.Random(5)
    return [compose(rng, STAGE) for _ in range(times)]


def test_one_seed_writes_one_set_of_scenes() -> None:
    assert write_scenes(50, seed=4) == write_scenes(50, seed=4)
    assert write_scenes(50, seed=4) != write_scenes(50, seed=5)


def test_every_slot_is_filled_and_the_actor_is_there() -> None:
    assert not [scene.text for scene in SCENES if re.search(r"[{}]", scene.text + scene.proposition)]
    assert not [scene.text for scene in SCENES if ACTOR not in scene.text]


def test_every_stance_and_known_signals_only() -> None:
    shares = Counter(scene.stance for scene in SCENES)
    assert set(shares) == set(STANCES)
    assert abs(shares["favor"] - shares["against"]) < 600
    assert {scene.signal for scene in SCENES} <= {*SIGNALS, None}


def test_who_opposes_the_opposite_is_in_favour() -> None:
    shown: dict[str, set[str]] = defaultdict(set)
    for scene in SCENES:
        if opposed := re.search(r"\[ACTOR\] (?:opposes|said (?:he|she|they) opposed) ([^.]+)\.", scene.text):
            shown[f"{scene.proposition} {opposed[1]}"].add(scene.stance)
    assert all(len(stances) == 1 for stances in shown.values())
    assert {"favor", "against"} <= set().union(*shown.values())


def test_a_proposition_is_put_in_many_ways_and_known_for_its_opposite() -> None:
    measure = next(measure for measure in STAGE.measures if measure.words["do"] == "lift the curfew for teenagers")
    rng = random.Random(5)
    assert dict(propose(rng, measure) for _ in range(2000)) == {
        "The council should lift the curfew for teenagers.": False,
        "The council should not keep the curfew for teenagers.": False,
        "The council should keep the curfew for teenagers.": True,
        "The council should not lift the curfew for teenagers.": True,
        "The council must lift the curfew for teenagers.": False,
        "Lifting the teen curfew is right.": False,
        "Lifting the teen curfew would be a mistake.": True,
        "It is time to lift the curfew for teenagers.": False,
        "It would be wrong to lift the curfew for teenagers.": True,
    }


def test_the_opposite_proposition_turns_the_stance() -> None:
    plain = re.compile(r"(?:^|\. )\[ACTOR\] (?:\w+ )?(?:voted|vowed|decided|it was time) to ([^.,]+)\.")
    shown = {
        scene.stance
        for scene in SCENES
        for side in plain.findall(scene.text)
        if scene.proposition.endswith((f"should {side}.", f"must {side}."))
    }
    assert shown == {"favor"}


def test_a_stance_on_something_else_is_none_on_this() -> None:
    scenes = composed("_elsewhere")
    assert {(scene.stance, scene.signal) for scene in scenes} == {("none", "other-issue")}
    assert all(any(ACTOR in sentence for sentence in scene.sentences) for scene in scenes)


def test_who_only_stands_by_while_another_speaks_shows_nothing() -> None:
    for scene in composed("_beside"):
        text = " ".join(scene.sentences)
        assert ACTOR in text
        assert any(name in text for name in OTHERS)
        reported = re.search(r"\[ACTOR\](?:, [^.]*,)? (?:said|told|voted|called|argued|urged)\b", text)
        assert scene.stance != "none" or not reported


def test_of_two_who_disagree_the_actor_counts() -> None:
    scenes = composed("_opposed")
    assert {scene.stance for scene in scenes} == {"favor", "against"}
    assert all(ACTOR in " ".join(scene.sentences) for scene in scenes)
    assert all(any(name in " ".join(scene.sentences) for name in OTHERS) for scene in scenes)


def test_a_stance_counts_beside_one_on_another_measure() -> None:
    scenes = composed("_after_another")
    assert {scene.stance for scene in scenes} == {"favor", "against", "mixed"}
    assert all(OTHER not in scene.sentences[0] or ACTOR in scene.sentences[0] for scene in scenes)


def test_what_others_say_of_the_actor_does_not_outweigh_the_actor() -> None:
    scenes = composed("_spoken_of")
    assert {scene.stance for scene in scenes} == {"favor", "against", "mixed"}
    assert all(len(scene.sentences) == 2 for scene in scenes)


def test_a_bare_topic_is_marked_where_the_text_names_it() -> None:
    topics = {measure.words["deed"] for measure in STAGE.measures}
    for scene in SCENES:
        assert (TARGET in scene.text) == (scene.proposition == TARGET)
        assert scene.proposition not in topics or scene.proposition not in scene.text
    assert {scene.stance for scene in SCENES if scene.proposition == TARGET} == set(STANCES)


def test_they_take_the_plural() -> None:
    assert not [
        scene.text for scene in SCENES if re.search(r"\bthey (?:was|is|has|does|supports|shares)\b", scene.text)
    ]


@pytest.mark.parametrize("field", FIELDS)
def test_every_measure_has_every_wording(field: str) -> None:
    assert not [measure for measure in STAGE.measures if measure.words[field] != measure.words[field].strip()]
    assert all(measure.words[field] for measure in STAGE.measures)


def test_measures_and_frames_are_many_and_not_told_twice() -> None:
    propositions = [measure.words["proposition"] for measure in STAGE.measures]
    assert len(set(propositions)) == len(propositions) > 300
    for kind, frames in STAGE.frames.items():
        assert len(frames) == len({frame.wording for frame in frames}), kind


def test_frames_use_known_slots_only() -> None:
    known = {*FIELDS, "who", "A", "O", "a", "as", "a_obj"}
    assert isinstance(STAGE, Stage)
    for frames in STAGE.frames.values():
        for frame in frames:
            slots = set(re.findall(r"\{(\w+)\}", frame.wording))
            assert {slot if slot in known else slot[:1].lower() + slot[1:] for slot in slots} <= known, frame.wording

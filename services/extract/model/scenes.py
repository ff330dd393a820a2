"""Plain invented news scenes: frames of reporting filled with measures, to teach negation and opposite framing."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.extract.model.masking import ACTOR, OTHER
from services.extract.model.recipe import TURNED, Example

FOLDER = Path(__file__).with_name("scenes")
PRONOUNS = (("he", "his", "him"), ("she", "her", "her"), ("they", "their", "them"))
SLOT = re.compile(r"\{(\w+)\}")
SECTION = re.compile(r"\[(\S+) ?(\S*)\]")
# Exchanging these turns a frame's stance round.
OPPOSITES = {"do": "undo", "undo": "do", "doing": "undoing", "undoing": "doing", "why": "whynot", "whynot": "why"}
# Shares of the sections; each kind of "none" has the last.
SHARES = {"for": 3.0, "against": 3.0, "mixed": 2.5}
NONE_SHARE = 0.5
WITH_COMPANY, WITHOUT_SCENERY = 0.75, 0.4
STANCE_OF = {"for": "favor", "against": "against", "mixed": "mixed", "none": "none"}


@dataclass(frozen=True, slots=True)
class Frame:
    """One way of reporting: its wording with slots, and the stance and signal it shows."""

    wording: str
    stance: str
    signal: str


@dataclass(frozen=True, slots=True)
class Stage:
    """All measures and all frames by section."""

    measures: Sequence[Mapping[str, str]]
    frames: Mapping[str, Sequence[Frame]]


def write_scenes(count: int, *, seed: int) -> tuple[Example, ...]:
    """`count` scenes of one to four sentences, drawn with `seed`."""
    rng = random.Random(seed)
    measures = _measures(FOLDER / "measures.txt")
    frames = _frames(FOLDER / "frames.txt")
    sections = [section for section in frames if section != "scenery"]
    chosen = rng.choices(sections, [SHARES.get(section, NONE_SHARE) for section in sections], k=count)
    stage = Stage(measures, frames)
    return tuple(_scene(rng, stage, section, f"scene-{number}") for number, section in enumerate(chosen))


def _scene(rng: random.Random, stage: Stage, section: str, family: str) -> Example:
    measure = rng.choice(stage.measures)
    frame, company = _turn(rng, rng.choice(stage.frames[section])), _turn(rng, rng.choice(_others(stage.frames)))
    sentences = [_fill(frame.wording, measure, (ACTOR, OTHER), rng), rng.choice(stage.frames["scenery"]).wording]
    if rng.random() < WITH_COMPANY:
        sentences.append(_fill(company.wording, measure, (OTHER, "the chair"), rng))
    if rng.random() < WITHOUT_SCENERY:
        del sentences[1]
    rng.shuffle(sentences)
    return Example(" ".join(sentences), measure["proposition"], frame.stance, frame.signal or None, family)


def _others(frames: Mapping[str, Sequence[Frame]]) -> list[Frame]:
    return [frame for section, group in frames.items() if section != "scenery" for frame in group]


def _turn(rng: random.Random, frame: Frame) -> Frame:
    """Half the time the same frame about the opposite measure."""
    if "{deed}" in frame.wording or rng.random() < 0.5:
        return frame
    turned = SLOT.sub(lambda slot: "{" + _opposite(slot[1]) + "}", frame.wording)
    return Frame(turned, TURNED.get(frame.stance, frame.stance), frame.signal)


def _opposite(slot: str) -> str:
    plain = slot[:1].lower() + slot[1:]
    if plain not in OPPOSITES:
        return slot
    return OPPOSITES[plain] if slot == plain else OPPOSITES[plain].capitalize()


def _fill(wording: str, measure: Mapping[str, str], cast: tuple[str, str], rng: random.Random) -> str:
    he, his, him = rng.choice(PRONOUNS)
    words = {**measure, "A": cast[0], "O": cast[1], "a": he, "as": his, "a_obj": him}
    words |= {name[:1].upper() + name[1:]: text[:1].upper() + text[1:] for name, text in measure.items()}
    filled = SLOT.sub(lambda slot: words[slot[1]], wording)
    return filled[:1].upper() + filled[1:]


def _measures(path: Path) -> list[dict[str, str]]:
    fields = ("proposition", "do", "undo", "doing", "undoing", "deed", "why", "whynot")
    return [dict(zip(fields, line.split("|"), strict=True)) for line in _lines(path)]


def _frames(path: Path) -> dict[str, list[Frame]]:
    """Frames by section; "for" and "against" lie in one, for turning makes either of the other."""
    sections: dict[str, list[Frame]] = defaultdict(list)
    stance, signal = "", ""
    for line in _lines(path):
        if header := SECTION.fullmatch(line):
            stance, signal = header[1], header[2]
        else:
            section = f"none {signal}" if stance == "none" else stance
            sections[section].append(Frame(line, STANCE_OF.get(stance, ""), signal))
    return dict(sections)


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]

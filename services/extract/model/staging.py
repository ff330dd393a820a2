"""What invented scenes are put together from: measures, frames of reporting, pronouns, and how they fit together."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from services.extract.model.recipe import TURNED

FOLDER = Path(__file__).with_name("scenes")
FIELDS = ("proposition", "do", "undo", "doing", "undoing", "deed", "why", "whynot")
# Exchanging these turns a frame's stance round; {deed} and {who} have no opposite.
OPPOSITES = {"do": "undo", "undo": "do", "doing": "undoing", "undoing": "doing", "why": "whynot", "whynot": "why"}
NAMING = {"do", "undo", "doing", "undoing", "deed"}
SIDES = ("favor", "against", "mixed")
NOBODY_NAMED = "officials"
PRONOUNS = (("he", "his", "him"), ("she", "her", "her"), ("it", "its", "it"), ("they", "their", "them"))
PRONOUN_SHARES = (3, 3, 1, 1)
SLOT = re.compile(r"\{(\w+)\}")
SECTION = re.compile(r"\[(\S+) ?(\S*)\]")
SUBJECT = re.compile(r"(.+?) (?:should|must) (?:not )?(\w+)")
# "they" takes other verbs than "she".
SINGULAR = re.compile(r"\{a\} (was|is|has|does|shares|supports|thinks)\b")
PLURAL = {"was": "were", "is": "are", "has": "have", "does": "do", "shares": "share", "supports": "support"}
STANCE_OF = {"for": "favor", "against": "against", "mixed": "mixed", "none": "none"}


@dataclass(frozen=True, slots=True)
class Measure:
    """Something to be done or left, in the wordings that fit the slots of frames."""

    domain: str
    words: Mapping[str, str]
    subject: str | None  # who should do it, where the proposition says so


@dataclass(frozen=True, slots=True)
class Frame:
    """One way of reporting: its wording with slots, and the stance and signal it shows."""

    wording: str
    stance: str
    signal: str


@dataclass(frozen=True, slots=True)
class Stage:
    """All measures, and all frames by stance, by kind of "none", or by use.

    `plain`, by stance: those that name the measure, so that they cannot be read as an answer to their neighbour;
    `reports`: of these the ones that begin with the speaker and name nobody else.
    """

    measures: Sequence[Measure]
    frames: Mapping[str, Sequence[Frame]]
    plain: Mapping[str, Sequence[Frame]]
    reports: Mapping[str, Sequence[Frame]]


def read_stage() -> Stage:
    """The stage from the two lists beside this module."""
    frames = _frames(FOLDER / "frames.txt")
    plain = {stance: [frame for frame in frames[stance] if _names_measure(frame)] for stance in SIDES}
    reports = {stance: [frame for frame in group if _is_report(frame)] for stance, group in plain.items()}
    return Stage(tuple(_measures(FOLDER / "measures.txt")), frames, plain, reports)


def draw_pronouns(rng: random.Random) -> tuple[str, str, str]:
    """Pronouns for one of the cast: he, she, and now and then it or they."""
    return rng.choices(PRONOUNS, PRONOUN_SHARES)[0]


def fill(wording: str, measure: Measure, cast: Mapping[str, str]) -> str:
    """A frame's sentence about a measure with the cast's names and pronouns."""
    words = {**measure.words, **cast}
    if cast["a"] == "they":
        wording = SINGULAR.sub(lambda found: "{a} " + PLURAL.get(found[1], found[1].removesuffix("s")), wording)
    filled = SLOT.sub(lambda slot: words[slot[1]] if slot[1] in words else _capital(words[_small(slot[1])]), wording)
    return _capital(filled)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _names_measure(frame: Frame) -> bool:
    return any(_small(slot) in NAMING for slot in SLOT.findall(frame.wording))


def _is_report(frame: Frame) -> bool:
    begins = frame.wording.startswith("{A} ") and not frame.wording.startswith("{A} and")
    return begins and "{O}" not in frame.wording and frame.signal == "own-indirect"


def _measures(path: Path) -> Iterator[Measure]:
    domain = ""
    for line in _lines(path):
        if header := SECTION.fullmatch(line):
            domain = header[1]
        else:
            words = dict(zip(FIELDS, line.split("|"), strict=True))
            subject = _subject(words)
            words["who"] = _named(subject) if subject else NOBODY_NAMED
            yield Measure(domain, words, subject)


def _subject(words: Mapping[str, str]) -> str | None:
    """Whoever the proposition says should act, if what he should do begins like one of the two sides."""
    found = SUBJECT.match(words["proposition"])
    acts = {words[side].split()[0] for side in ("do", "undo")}
    return found[1] if found and found[2] in acts else None


def _named(subject: str) -> str:
    return _small(subject) if subject.startswith("The ") else subject


def _frames(path: Path) -> dict[str, list[Frame]]:
    """Frames by section, each also turned round; what is for a measure turns into what is against it."""
    sections: dict[str, list[Frame]] = defaultdict(list)
    label, signal = "", ""
    for line in _lines(path):
        if header := SECTION.fullmatch(line):
            label, signal = header[1], header[2]
            continue
        frame = Frame(line, STANCE_OF.get(label, ""), signal)
        for either in _both_ways(frame):
            sections[f"none {signal}" if label == "none" else either.stance or label].append(either)
    return dict(sections)


def _both_ways(frame: Frame) -> tuple[Frame, ...]:
    slots = {_small(slot) for slot in SLOT.findall(frame.wording)}
    if "deed" in slots or not slots & OPPOSITES.keys():
        return (frame,)
    turned = SLOT.sub(lambda slot: "{" + _opposite(slot[1]) + "}", frame.wording)
    return frame, replace(frame, wording=turned, stance=TURNED.get(frame.stance, frame.stance))


def _opposite(slot: str) -> str:
    if _small(slot) not in OPPOSITES:
        return slot
    return OPPOSITES[slot] if slot in OPPOSITES else _capital(OPPOSITES[_small(slot)])


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]

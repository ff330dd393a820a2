"""Plain invented news scenes: frames filled with measures, to teach negation, opposite framing and who is meant."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.extract.model.masking import ACTOR, OTHER, TARGET
from services.extract.model.recipe import TURNED, Example
from services.extract.model.staging import SIDES, Frame, Measure, Stage, draw_pronouns, fill, read_stage

# How often a plain scene is of a stance, or of a kind of "none".
SHARES = {"favor": 3.0, "against": 3.0, "mixed": 2.5, "none mention": 1.6, "none other-issue": 1.0}
NONE_SHARE = 0.6
HEARSAY = ("pressure", "accusation", "third-party", "speculation", "question")
WITH_COMPANY, WITH_DATELINE, ACTOR_SPEAKS, JOINED = 0.75, 0.08, 0.35, 0.5
SCENERY = (4, 5, 2)  # how often none, one or two sentences of it
BARE_TOPIC, MISSED = 0.06, 0.25
ARTICLE = re.compile(r"^(?:the|an?) ")
# The proposition in other words: (wording, whether it is the opposite one, share). The first needs a named subject.
ACTING = (
    ("{subject} should not {undo}.", False, 12),
    ("{subject} should {undo}.", True, 18),
    ("{subject} should not {do}.", True, 7),
    ("{subject} must {do}.", False, 3),
)
ASSERTED = (
    ("{proposition}", False, 42),
    ("{Doing} is right.", False, 4),
    ("{Doing} would be a mistake.", True, 4),
    ("It is time to {do}.", False, 2),
    ("It would be wrong to {do}.", True, 3),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The actor and somebody else, each with pronouns kept through the scene."""

    actor: Mapping[str, str]
    other: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """Sentences in order, the measure asked about, and what they show of the actor toward it."""

    sentences: list[str]
    measure: Measure
    stance: str
    signal: str


def write_scenes(count: int, *, seed: int) -> tuple[Example, ...]:
    """`count` scenes of one to four sentences, drawn with `seed`."""
    rng = random.Random(seed)
    stage = read_stage()
    composers = rng.choices(tuple(COMPOSERS), tuple(COMPOSERS.values()), k=count)
    return tuple(_asked(rng, stage, compose(rng, stage), number) for number, compose in enumerate(composers))


def _asked(rng: random.Random, stage: Stage, scene: Scene, number: int) -> Example:
    text = " ".join(scene.sentences)
    if rng.random() < WITH_DATELINE:
        text = f"{_wording(rng, stage, 'dateline')} {text}"
    if rng.random() < BARE_TOPIC:
        text, proposition, opposite = *_marked(rng, text, scene.measure), False
    else:
        proposition, opposite = propose(rng, scene.measure)
    stance = TURNED.get(scene.stance, scene.stance) if opposite else scene.stance
    return Example(text, proposition, stance, scene.signal or None, f"scene-{number}")


def _marked(rng: random.Random, text: str, measure: Measure) -> tuple[str, str]:
    """The text asked about a bare topic, which is marked where the text names it, as the judge's readers do."""
    topic = measure.words["deed"]
    if rng.random() < JOINED:
        topic = ARTICLE.sub("", topic)
    marked = re.sub(rf"(?<!\w){re.escape(topic)}(?!\w)", TARGET, text, flags=re.IGNORECASE)
    return marked, TARGET if TARGET in marked else topic


def propose(rng: random.Random, measure: Measure) -> tuple[str, bool]:
    """The measure as somebody would put it on a watchlist, and whether that is its opposite."""
    forms = (*ASSERTED, *ACTING) if measure.subject else ASSERTED
    wording, opposite, _ = rng.choices(forms, [share for *_, share in forms])[0]
    return fill(wording, measure, {"a": "", "subject": measure.subject or ""}), opposite


def _alone(rng: random.Random, stage: Stage) -> Scene:
    """One frame of any kind, often with what somebody else thinks."""
    kinds = [kind for kind in stage.frames if kind in SHARES or kind.startswith("none ")]
    kind = rng.choices(kinds, [SHARES.get(kind, NONE_SHARE) for kind in kinds])[0]
    measure, cast, frame = rng.choice(stage.measures), _cast(rng, stage), rng.choice(stage.frames[kind])
    sentences = [fill(frame.wording, measure, cast.actor), *_scenery(rng, stage, measure)]
    if rng.random() < WITH_COMPANY:
        sentences.append(fill(rng.choice(stage.frames[rng.choice(kinds)]).wording, measure, cast.other))
    rng.shuffle(sentences)
    return Scene(sentences, measure, frame.stance, frame.signal)


def _elsewhere(rng: random.Random, stage: Stage) -> Scene:
    """The actor's stance on something else; now and then somebody else's on what is asked about."""
    measure, another = _two_measures(rng, stage)
    cast, frame = _cast(rng, stage), _plain_side(rng, stage, _any_stance(rng))
    sentences = [fill(frame.wording, another, cast.actor), *_scenery(rng, stage, measure)]
    if rng.random() < WITH_COMPANY:
        sentences.append(fill(_plain_side(rng, stage, _any_stance(rng)).wording, measure, cast.other))
    rng.shuffle(sentences)
    return Scene(sentences, measure, "none", "other-issue")


def _beside(rng: random.Random, stage: Stage) -> Scene:
    """One speaks and another only stands by; mostly it is the actor who stands by."""
    measure, cast = rng.choice(stage.measures), _cast(rng, stage)
    frame = rng.choice(stage.reports[_any_stance(rng)])
    speaks = rng.random() < ACTOR_SPEAKS
    holder, by = (cast.actor, {}) if speaks else (cast.other, {"O": ACTOR})
    if rng.random() < JOINED:
        wording = f"{_wording(rng, stage, 'lead')} {frame.wording}"
    else:
        wording = frame.wording.replace("{A} ", "{A}, " + _wording(rng, stage, "aside") + ", ", 1)
    sentences = [fill(wording, measure, {**holder, **by}), *_scenery(rng, stage, measure)]
    rng.shuffle(sentences)
    stance, signal = (frame.stance, frame.signal) if speaks else ("none", "mention")
    return Scene(sentences, measure, stance, signal)


def _opposed(rng: random.Random, stage: Stage) -> Scene:
    """Two who hold opposite stances; the actor's counts."""
    measure, cast, stance = rng.choice(stage.measures), _cast(rng, stage), rng.choice(("favor", "against"))
    ours, theirs = _plain_side(rng, stage, stance), _plain_side(rng, stage, TURNED[stance])
    voices = [(ours.wording, cast.actor), (theirs.wording, {**cast.other, "O": "the chair"})]
    rng.shuffle(voices)
    first, second = (fill(wording, measure, voice) for wording, voice in voices)
    return Scene(_joined(rng, stage, first, second), measure, stance, ours.signal)


def _after_another(rng: random.Random, stage: Stage) -> Scene:
    """The actor on something else, then on what is asked about, or the other way round."""
    measure, another = _two_measures(rng, stage)
    cast, frame = _cast(rng, stage), _plain_side(rng, stage, _any_stance(rng))
    said = [(_plain_side(rng, stage, _any_stance(rng)).wording, another), (frame.wording, measure)]
    rng.shuffle(said)
    first, second = (fill(wording, about, cast.actor) for wording, about in said)
    if second.startswith(f"{ACTOR} ") and cast.actor["a"] in {"he", "she"} and rng.random() < JOINED:
        second = cast.actor["a"].capitalize() + second.removeprefix(ACTOR)
    return Scene([first, second], measure, frame.stance, frame.signal)


def _spoken_of(rng: random.Random, stage: Stage) -> Scene:
    """What others say, ask or expect of the actor, and what the actor says or does; only the latter counts."""
    measure, cast, frame = rng.choice(stage.measures), _cast(rng, stage), _plain_side(rng, stage, _any_stance(rng))
    heard = rng.choice(stage.frames[f"none {rng.choice(HEARSAY)}"])
    sentences = [fill(heard.wording, measure, cast.actor), fill(frame.wording, measure, cast.actor)]
    if rng.random() < JOINED:
        rng.shuffle(sentences)
    return Scene(sentences, measure, frame.stance, frame.signal)


# Each way to compose a scene, and how often.
COMPOSERS: dict[Callable[[random.Random, Stage], Scene], float] = {
    _alone: 0.48,
    _elsewhere: 0.11,
    _beside: 0.1,
    _opposed: 0.13,
    _after_another: 0.1,
    _spoken_of: 0.08,
}


def _joined(rng: random.Random, stage: Stage, first: str, second: str) -> list[str]:
    """Two sentences in a row, sometimes with a word between them or made one."""
    if not second.startswith("[") or rng.random() >= JOINED:
        return [first, second]
    if '"' in first or ". " in first or rng.random() < JOINED:
        return [first, f"{_wording(rng, stage, 'joint')} {second}"]
    return [f"{first.removesuffix('.')}, while {second}"]


def _scenery(rng: random.Random, stage: Stage, measure: Measure) -> list[str]:
    drawn = rng.choices(stage.frames["scenery"], k=rng.choices(range(len(SCENERY)), SCENERY)[0])
    return list(dict.fromkeys(fill(frame.wording, measure, {"a": ""}) for frame in drawn))


def _wording(rng: random.Random, stage: Stage, use: str) -> str:
    return rng.choice(stage.frames[use]).wording


def _plain_side(rng: random.Random, stage: Stage, stance: str) -> Frame:
    return rng.choice(stage.plain[stance])


def _any_stance(rng: random.Random) -> str:
    return rng.choices(SIDES, (3, 3, 1))[0]


def _two_measures(rng: random.Random, stage: Stage) -> tuple[Measure, Measure]:
    measure = rng.choice(stage.measures)
    return measure, rng.choice([another for another in stage.measures if another.domain != measure.domain])


def _cast(rng: random.Random, stage: Stage) -> Cast:
    def role(name: str, beside: str) -> dict[str, str]:
        subject, possessive, objective = draw_pronouns(rng)
        return {"A": name, "O": beside, "a": subject, "as": possessive, "a_obj": objective}

    other = _wording(rng, stage, "name") if rng.random() < MISSED else OTHER
    return Cast(role(ACTOR, other), role(other, "the chair"))

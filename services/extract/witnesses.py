"""The single words of a text that show an actor's side on a proposition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.columns import columns
from services.extract.embedding import is_conditional, signal_of
from services.extract.hesitation import hesitations
from services.extract.judgements import judgement
from services.extract.mentions import Mention
from services.extract.once import once
from services.extract.predicates import OWN_WORD, WITHIN, Scene
from services.extract.sides import Finding, side_of_act, side_of_noun, side_of_verb
from services.extract.signals import Signal
from services.extract.wishes import wish
from shared.vocabulary import Stance

RULES = (side_of_verb, side_of_act, side_of_noun, wish, judgement)
STANCES = {1: Stance.FAVOR, -1: Stance.AGAINST, 0: Stance.MIXED}
HESITATION = Finding(0, 1.0, "hesitation")


@dataclass(frozen=True, slots=True)
class Witness:
    """One word that shows a stance; `signal` says why it does not count."""

    stance: Stance
    weight: float
    token: int
    rule: str
    own_words: bool
    signal: Signal | None = None


def find_witnesses(doc: Doc, scene: Scene) -> tuple[Witness, ...]:
    """Every witness of the stance of the actor whose voice the scene holds; sought once, for all readings."""
    name = "witnesses", scene.voice, scene.rivals, id(scene.mentions)
    _, found = once(doc, name, lambda: (scene.mentions, tuple(_witnesses(doc, scene))))  # an id is only lent
    return found


def _witnesses(doc: Doc, scene: Scene) -> Iterator[Witness]:
    for token in _near_mentions(doc, scene):
        if token.pos_ not in {"PUNCT", "SPACE", "DET"}:
            finding = next((found for rule in RULES if (found := rule(token, scene)) is not None), None)
            if finding is not None:
                yield _witness(token, finding, scene)
    yield from (_witness(token, HESITATION, scene) for token in hesitations(doc, scene))


def _near_mentions(doc: Doc, scene: Scene) -> Iterator[Token]:
    """The tokens of sentences in which the actor is meant or heard, and from which a rule can see a mention."""
    known = columns(doc)
    voiced = {known.sentence[i] for i in (*scene.voice.mentions, *scene.voice.contents)}
    for number in sorted(voiced & _sentences_near(doc, scene.mentions)):
        yield from doc[slice(*known.sentences[number])]


def _sentences_near(doc: Doc, mentions: Mapping[int, Mention]) -> Set[int]:
    """The sentences with mentions, and those in which what was named is still spoken of; once for all actors."""
    name = "sentences near", id(mentions)
    _, near = once(doc, name, lambda: (mentions, _near(doc, mentions)))  # kept together: an id is only lent
    return near


def _near(doc: Doc, mentions: Mapping[int, Mention]) -> Set[int]:
    known = columns(doc)
    near = {known.sentence[i] for i in mentions}
    for i in (i for i, mention in mentions.items() if mention.weight >= OWN_WORD):
        near.update(range(known.sentence[i], known.sentence[min(i + WITHIN, len(doc) - 1)] + 1))
    return near


def _witness(token: Token, finding: Finding, scene: Scene) -> Witness:
    own = token.i in scene.voice.contents or finding.rule == "act" or _is_deed(token, finding, scene)
    sign = 0 if is_conditional(token) else finding.sign
    return Witness(STANCES[sign], finding.weight, token.i, finding.rule, own, signal_of(token, scene))


def _is_deed(token: Token, finding: Finding, scene: Scene) -> bool:
    """Whether a verb of taking sides tells what the actor did or said ("voted for"), not what the actor thinks."""
    return finding.rule == "verb" and token.lemma_.lower() not in scene.lexicon.attitudes

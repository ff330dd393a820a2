"""Praise and blame in an actor's words, and what they are said of."""

from __future__ import annotations

from spacy.tokens import Token

from services.extract.composition import carried_sign, operator_sign
from services.extract.predicates import Scene, spoken_of, turn
from services.extract.sides import Finding
from services.extract.voices import speaker_of

# Said of the matter itself; in one sentence with it; in the sentence after it.
SAID_OF, BESIDE, AFTER = 0.8, 0.4, 0.2


def judgement(token: Token, scene: Scene) -> Finding | None:
    """A word of praise or blame for the matter, or close to it."""
    sign = scene.lexicon.evaluations.get(token.lemma_.lower()) if token.pos_ in {"NOUN", "ADJ", "VERB"} else None
    if sign is None or token.i not in scene.voice.contents or not _is_predicative(token, scene):
        return None
    near = [i for i in range(token.sent.start, token.sent.end) if i in scene.mentions and i != token.i]
    said_of = _subject(token, scene)
    if said_of is not None:
        return Finding(sign * turn(token) * said_of, SAID_OF, "judgement")
    if near:
        closest = min(near, key=lambda i: (abs(i - token.i), i))
        return Finding(sign * turn(token) * scene.mentions[closest].matter, BESIDE, "judgement")
    last = spoken_of(token.i, scene)
    return None if last is None else Finding(sign * turn(token) * last.matter, AFTER, "judgement")


def _subject(token: Token, scene: Scene) -> int | None:
    """The side of what the judgement is said of, if that touches the matter."""
    if token.dep_ == "amod" and token.head.i in scene.mentions:
        return scene.mentions[token.head.i].matter
    subject = speaker_of(token.head if token.dep_ in {"acomp", "attr", "amod", "oprd"} else token)
    if subject is None:
        return None
    inside = [t for t in subject.subtree if t.i in scene.mentions]
    if not inside:
        return None
    best = max(inside, key=lambda t: (scene.mentions[t.i].weight, -t.i))
    if best.i == subject.i:
        return scene.mentions[best.i].matter
    carried = carried_sign(best, subject, scene.lexicon) * (operator_sign(subject, scene.lexicon) or 1)
    return scene.mentions[best.i].sign * carried


def _is_predicative(token: Token, scene: Scene) -> bool:
    """Whether an attribute judges the matter: "a bad [plan]" or "it is a bad idea", not "bad teeth"."""
    first = next((above for above in (token, *token.ancestors) if above.dep_ != "conj"), token)
    if first.dep_ in {"advmod", "compound", "pobj", "npadvmod"} or (token.pos_ == "VERB" and token.lemma_ == "fine"):
        return False
    if first.dep_ == "amod":
        return first.head.i in scene.mentions or first.head.dep_ in {"attr", "oprd", "ROOT"}
    return True

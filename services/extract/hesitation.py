"""Phrases that show an actor between the sides."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from services.extract.lexicon import Lexicon
from services.extract.once import once
from services.extract.predicates import OWN_WORD, Scene, spoken_of
from services.extract.signals import phrases_in
from services.extract.voices import is_meant, speaker_of

# How many words back the matter may have been named: two or three sentences.
REACH = 200


def hesitations(doc: Doc, scene: Scene) -> Iterator[Token]:
    """The word on which each such phrase of the actor hangs."""
    for root in (doc[at] for at in once(doc, "hesitations", lambda: _roots(doc, scene.lexicon))):
        if _is_of_actor(root, scene) and _touches(root, scene):
            yield root


def _roots(doc: Doc, lexicon: Lexicon) -> tuple[int, ...]:
    return tuple(phrase.root.i for sent in doc.sents for phrase in phrases_in(sent, lexicon.uncommitted))


def _touches(root: Token, scene: Scene) -> bool:
    """Whether the matter, and no other, was spoken of near by."""
    around = range(root.i - REACH, root.i + REACH + 1)
    own = [i for i in around if i in scene.mentions and scene.mentions[i].weight >= OWN_WORD]
    if spoken_of(root.i, scene) is not None or not scene.rivals:
        return bool(own)
    return any(root.sent.start <= i < root.sent.end for i in own)


def _is_of_actor(root: Token, scene: Scene) -> bool:
    if root.i in scene.voice.contents:
        return True
    for token in (root, *root.ancestors):
        owner = next((child for child in token.children if child.dep_ == "poss"), None)
        holder = owner if owner is not None and token.dep_ in {"nsubj", "nsubjpass"} else speaker_of(token)
        if holder is not None:
            return is_meant(holder, scene.voice.mentions, scene.lexicon) or _owned(holder, scene)
    return False


def _owned(holder: Token, scene: Scene) -> bool:
    """Whether the actor owns what hesitates ("her stance straddles")."""
    return any(child.dep_ == "poss" and child.i in scene.voice.mentions for child in holder.children)

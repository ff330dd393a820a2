"""Obligations and commands in an actor's words: what must, should or shall be."""

from __future__ import annotations

from spacy.tokens import Token

from services.extract.composition import operator_sign
from services.extract.predicates import OWN_WORD, Scene, predicate_sign, target_of, turn
from services.extract.sides import Finding

OBLIGATIONS = frozenset({"should", "must", "ought", "shall", "let"})
AIMS = frozenset({"policy", "answer", "solution", "priority", "course", "thing", "idea", "aim", "goal", "plan"})
WISH = 0.8


def wish(token: Token, scene: Scene) -> Finding | None:
    """What the actor says must be done or not be done to the matter ("the pool must stay open", "Ban it")."""
    if token.i not in scene.voice.contents or token.pos_ not in {"VERB", "AUX"} or token.dep_ in {"aux", "auxpass"}:
        return None
    if not (_is_obliged(token) or _is_command(token) or _is_aim(token)):
        return None
    own = scene.mentions.get(token.i)
    if own is not None and own.weight >= OWN_WORD:
        return Finding(own.sign * turn(token), WISH, "wish")
    target = target_of(token, scene, with_subject=True)
    if target is None and token.dep_ == "xcomp":  # "the strikes have to end": the subject stands on the verb above
        target = target_of(token.head, scene, with_subject=True)
    if target is None:
        return None
    sign = _sign(token, scene)
    return None if sign is None else Finding(sign * turn(token) * target.sign, target.weight * WISH, "wish")


def _sign(token: Token, scene: Scene) -> int | None:
    if token.lemma_ != "be":
        return operator_sign(token, scene.lexicon) or predicate_sign(token, scene.lexicon.verbs)
    states = [child for child in token.children if child.dep_ in {"acomp", "attr", "advmod", "prep"}]
    signs = (
        operator_sign(state, scene.lexicon) or scene.lexicon.evaluations.get(state.lemma_.lower()) for state in states
    )
    return next(
        (sign for sign in signs if sign is not None), 1 if any(state.i in scene.mentions for state in states) else None
    )


def _is_obliged(token: Token) -> bool:
    if any(child.dep_ == "aux" and child.lower_ in OBLIGATIONS for child in token.children):
        return True
    return _is_demanded(token) or (token.dep_ == "xcomp" and token.head.lemma_ in {"need", "have", "ought"})


def _is_demanded(token: Token) -> bool:
    """ "Asked that the raids be halted": a passive without any time is what somebody asks for."""
    helpers = [child for child in token.children if child.dep_ in {"aux", "auxpass"}]
    return token.dep_ == "ccomp" and [(helper.lower_, helper.tag_) for helper in helpers] == [("be", "VB")]


def _is_aim(token: Token) -> bool:
    """ "The right policy is to continue", "these tenants deserve better"."""
    if token.lemma_ == "deserve":
        return True
    if token.dep_ != "xcomp" or token.head.lemma_ != "be":
        return False
    return any(child.dep_ == "nsubj" and child.lemma_ in AIMS for child in token.head.children)


def _is_command(token: Token) -> bool:
    return (
        token.tag_ == "VB"
        and token.dep_ in {"ROOT", "ccomp", "conj", "parataxis"}
        and not any(child.dep_ in {"nsubj", "nsubjpass", "aux", "expl"} for child in token.children)
    )

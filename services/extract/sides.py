"""Sides taken: verbs, acts, nouns and adjectives that place their subject for or against something."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from services.extract.composition import COPULAS, is_negated, operator_sign
from services.extract.embedding import controlled_agent, speaks_for
from services.extract.predicates import (
    IMPLIED,
    OWN_WORD,
    Scene,
    implied_target,
    matter_of,
    predicate_sign,
    target_of,
    turn,
)
from services.extract.voices import agent_of, is_meant, speaker_of

VOICING = frozenset(
    {"have", "express", "voice", "raise", "share", "claim", "declare", "repeat", "maintain", "announce"}
)
# Verbs whose "it" can hardly be anything but the matter.
BALLOTS = frozenset({"vote", "veto", "sign", "ratify", "abstain", "testify", "co-sponsor", "sponsor"})
# What these do "against" something is no stand against it.
COMPARING = frozenset(
    {"weigh", "measure", "set", "pit", "balance", "guard", "protect", "insure", "lean", "run", "play"}
)
# An act shows a side less plainly than a word for taking sides.
ACT = 0.9


@dataclass(frozen=True, slots=True)
class Finding:
    """A side on the proposition: +1 for, -1 against, 0 between, with the weight and the name of the rule."""

    sign: int
    weight: float
    rule: str


def side_of_verb(token: Token, scene: Scene) -> Finding | None:
    """A verb of taking sides whose subject is the actor ("opposes", "voted for")."""
    sign = predicate_sign(token, scene.lexicon.verbs) if token.pos_ == "VERB" else None
    if sign is None and _speaks_against(token, scene):
        sign = 1  # "against" itself turns what it brings
    if sign is None or not _carried(token, scene) or _only_opens(token):
        return None
    own = scene.mentions.get(token.i)
    if own is not None and own.weight >= OWN_WORD:
        return Finding(own.sign * turn(token), ACT, "verb")
    if _only_reports(token, scene) or _says_something_else(token, scene):
        return None
    target = matter_of(token, scene)
    if target is None and not _hands_on(token, scene):
        target = implied_target(token, scene)
    if target is None:
        return None
    weight = max(target.weight, IMPLIED) if token.lemma_ in BALLOTS else target.weight
    if _leaves_open(token):
        return Finding(0, weight, "open")
    return Finding(sign * turn(token) * target.sign, weight, "verb")


def side_of_act(token: Token, scene: Scene) -> Finding | None:
    """An act of the actor on the matter itself ("closed the pool", "killed the bill")."""
    if (
        token.pos_ != "VERB"
        or token.dep_ in {"amod", "compound"}
        or predicate_sign(token, scene.lexicon.verbs) is not None
    ):
        return None
    if not _carried(token, scene):
        return None
    own = scene.mentions.get(token.i)
    if own is not None and own.weight >= OWN_WORD:
        return Finding(own.sign * turn(token), ACT, "act")
    sign = operator_sign(token, scene.lexicon)
    target = target_of(token, scene)
    if (
        sign is None
        or target is None
        or (token.lemma_.lower() in scene.lexicon.generic_actions and target.weight < OWN_WORD)
    ):
        return None
    return Finding(sign * turn(token) * target.sign, target.weight * ACT, "act")


def side_of_noun(token: Token, scene: Scene) -> Finding | None:
    """A noun, adjective or preposition of taking sides said of the actor ("her opposition to", "is against")."""
    sign = _nominal_sign(token, scene)
    holder = _holder(token, scene) if sign is not None else None
    if sign is None or holder is None or not is_meant(holder, scene.voice.mentions, scene.lexicon):
        return None
    target = matter_of(token, scene) or implied_target(token, scene)
    if target is None:
        return None
    return Finding(sign * turn(token) * _turn_above(token, scene) * target.sign, target.weight, "noun")


def _speaks_against(token: Token, scene: Scene) -> bool:
    """Whether any other verb puts its subject against the matter ("advised ministers against merging them")."""
    if token.pos_ != "VERB" or token.lemma_.lower() in COMPARING:
        return False
    objects = [child for child in token.children if child.dep_ == "dobj"]
    brought = (child for holder in (token, *objects) for child in holder.children if child.lower_ == "against")
    return any(below.i in scene.mentions for preposition in brought for below in preposition.subtree)


def _only_reports(token: Token, scene: Scene) -> bool:
    """Whether a verb of saying hands over words rather than acts on an object ("wrote" against "wrote the bill")."""
    if token.lemma_.lower() not in scene.lexicon.reports:
        return False
    objects = [child for child in token.children if child.dep_ in {"dobj", "prep"}]
    return not objects or any(child.dep_ == "ccomp" for child in token.children)


def _says_something_else(token: Token, scene: Scene) -> bool:
    """Whether what is wanted is an action of which the lists know no side ("called on the regulator to fine it")."""
    wanted = next((child for child in token.children if child.dep_ == "xcomp" and child.pos_ == "VERB"), None)
    if wanted is None or wanted.i in scene.mentions or wanted.lemma_.lower() in scene.lexicon.hopes:
        return False
    known = operator_sign(wanted, scene.lexicon) or predicate_sign(wanted, scene.lexicon.verbs)
    return known is None and not any(
        t.i in scene.mentions and scene.mentions[t.i].weight >= OWN_WORD for t in wanted.subtree
    )


def _only_opens(token: Token) -> bool:
    """Whether the verb below it says more ("refused [to rule out]")."""
    return token.lemma_ in {"refuse", "decline", "hesitate"} and any(child.dep_ == "xcomp" for child in token.children)


def _leaves_open(token: Token) -> bool:
    """Whether a side is only withheld ("refused to endorse", "did not rule out")."""
    withheld = token.dep_ == "xcomp" and token.head.lemma_ in {"refuse", "decline", "hesitate"}
    rules_out = token.lemma_ == "rule" and any(child.lower_ == "out" for child in token.children)
    return withheld or (rules_out and is_negated(token))


def _turn_above(token: Token, scene: Scene) -> int:
    """What the verb above does to a noun or preposition of taking sides ("dropped his opposition")."""
    if token.pos_ in {"ADP", "ADV"}:
        return turn(token.head)
    if token.dep_ == "dobj":
        return turn(token.head) * (operator_sign(token.head, scene.lexicon) or 1)
    return 1


def _carried(token: Token, scene: Scene) -> bool:
    agent = controlled_agent(token)
    return agent is not None and speaks_for(agent, token, scene) and not _is_part(token, scene)


def _is_part(token: Token, scene: Scene) -> bool:
    """Whether a predicate only completes one that takes the side itself ("opposes [closing]", "voted to [close]")."""
    if (token.dep_ == "acl" and token.tag_ == "VB") or (
        token.dep_ == "pcomp" and predicate_sign(token.head, scene.lexicon.adjectives) is not None
    ):
        return True
    if token.dep_ == "relcl" and token.head.dep_ in {"dobj", "pobj"}:  # "vetoed a bill that would [repeal] it"
        taken = token.head.head if token.head.dep_ == "dobj" else token.head.head.head
        if predicate_sign(taken, scene.lexicon.verbs) is not None and agent_of(token) == token.head:
            return True
    outer = token.head.head if token.dep_ == "pcomp" and token.head.dep_ == "prep" else token.head
    holder = agent_of(outer)
    if token.dep_ not in {"xcomp", "pcomp"} or holder is None or not speaks_for(holder, outer, scene):
        return False
    sided = predicate_sign(outer, scene.lexicon.verbs) or predicate_sign(outer, scene.lexicon.adjectives)
    return (
        sided is not None
        or outer.lemma_.lower() in scene.lexicon.hopes
        or operator_sign(outer, scene.lexicon) is not None
    )


def _hands_on(token: Token, scene: Scene) -> bool:
    lemma = token.lemma_.lower()
    return lemma in scene.lexicon.hopes or lemma in scene.lexicon.reports or lemma in scene.lexicon.operators


def _nominal_sign(token: Token, scene: Scene) -> int | None:
    if token.pos_ == "NOUN":
        return predicate_sign(token, scene.lexicon.nouns)
    if token.pos_ == "ADJ" or (token.tag_ == "VBN" and not token.dep_.startswith("aux")):
        return predicate_sign(token, scene.lexicon.adjectives)
    if token.pos_ in {"ADP", "ADV", "SCONJ"} and token.head.lemma_ in COPULAS:
        return predicate_sign(token, scene.lexicon.adjectives)
    return None


def _holder(token: Token, scene: Scene) -> Token | None:
    owner = next((child for child in token.children if child.dep_ == "poss"), None)
    if token.dep_ == "appos":
        return token.head
    renamed = next((child for child in token.children if child.dep_ == "appos"), None)
    if renamed is not None:
        return renamed
    if owner is not None and owner.i not in scene.mentions:
        return owner
    if token.dep_ == "dobj":
        return (
            agent_of(token.head)
            if token.head.lemma_ in VOICING or operator_sign(token.head, scene.lexicon) == -1
            else None
        )
    return speaker_of(token)

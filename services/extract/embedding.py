"""Under whose words a predicate stands, and what that makes of it."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from services.extract.predicates import Scene
from services.extract.signals import Signal, is_history, is_question, is_speculation
from services.extract.voices import agent_of, is_meant

GUESSES = frozenset(
    {"expect", "think", "believe", "understand", "rumour", "rumor", "tip", "predict", "suspect", "assume"}
)
TALES = frozenset(
    {"claim", "report", "rumour", "rumor", "suggestion", "allegation", "accusation", "notion", "hint", "fear"}
)
CHARGES = frozenset({"accuse", "allege", "suspect", "charge", "claim", "criticise", "criticize", "blame", "mock"})
PAPERS = frozenset({"letter", "bill", "idea", "aim", "goal", "proposal", "plan", "motion", "amendment", "report"})
# Of 63 polar readings in sentences with "if" two thirds were mixed (passages, development part).
CONDITIONS = frozenset({"if", "unless", "provided", "providing"})
LINKS = frozenset({"xcomp", "ccomp", "pcomp", "acl", "advcl", "prep", "conj", "oprd", "acomp", "attr", "dobj", "pobj"})


def signal_of(token: Token, scene: Scene) -> Signal | None:
    """Why a predicate said of the actor is no current stance of the actor; None where nothing speaks against it."""
    own = token.i in scene.voice.contents
    if token.i in scene.voice.others:
        return Signal.THIRD_PARTY
    outer = next(_outer_signals(token, scene), None)
    if outer is not None:
        return outer
    if is_history(token, scene.lexicon):
        return Signal.HISTORY
    if is_question(token.sent) and not own:
        return Signal.QUESTION
    if is_speculation(token, scene.lexicon) and not own:
        return Signal.SPECULATION
    return None


def is_conditional(token: Token) -> bool:
    """Whether a predicate holds only under a condition ("would support it if ...", "unless", "provided")."""
    for clause in (token, *token.ancestors):
        for child in clause.children:
            if child.dep_ == "advcl" and any(
                mark.dep_ == "mark" and mark.lower_ in CONDITIONS for mark in child.children
            ):
                return True
        if clause.dep_ in {"ccomp", "ROOT", "relcl", "parataxis"}:
            return False
    return False


def speaks_for(agent: Token, predicate: Token, scene: Scene) -> bool:
    """Whether a predicate's subject is the actor, or a paper or intention of the actor ("the letter asks")."""
    if is_meant(agent, scene.voice.mentions, scene.lexicon):
        return True
    return predicate.i in scene.voice.contents and agent.lemma_.lower() in PAPERS


def controlled_agent(token: Token) -> Token | None:
    """Who carries a predicate that another verb hands to its object ("urged [her] to oppose")."""
    head = token.head
    if token.dep_ == "pcomp" and head.dep_ == "prep":
        head = head.head
    elif token.dep_ != "xcomp":
        return agent_of(token)
    handed = next((child for child in head.children if child.dep_ in {"dobj", "nsubjpass"}), None)
    return handed if handed is not None and head.pos_ == "VERB" else agent_of(token)


def _outer_signals(token: Token, scene: Scene) -> Iterator[Signal]:
    below = token
    while below.dep_ in LINKS and below.head.i != below.i:
        above = below.head
        if _only_beside(below, above) or (below.i in scene.voice.contents and above.i not in scene.voice.contents):
            return
        if above.pos_ == "NOUN" and below.dep_ in {"acl", "ccomp"} and above.lemma_.lower() in TALES:
            yield Signal.ACCUSATION
        if below.dep_ == "xcomp" and _hands_to_actor(above, scene):
            yield Signal.PRESSURE
        if above.pos_ == "VERB" and below.dep_ in {"xcomp", "ccomp", "prep", "oprd"}:
            signal = _signal_under(above, scene)
            if signal is not None and not (below.dep_ == "prep" and signal is not Signal.ACCUSATION):
                yield signal
        below = above


def _only_beside(below: Token, above: Token) -> bool:
    """Whether a colon or semicolon parts a clause from the one it seems to depend on."""
    return below.i < above.i and any(token.text in {":", ";"} for token in below.doc[below.i : above.i])


def _hands_to_actor(verb: Token, scene: Scene) -> bool:
    return any(child.dep_ == "dobj" and is_meant(child, scene.voice.mentions, scene.lexicon) for child in verb.children)


def _signal_under(verb: Token, scene: Scene) -> Signal | None:
    lemma = verb.lemma_.lower()
    agent = agent_of(verb)
    if agent is not None and speaks_for(agent, verb, scene):
        return None
    if lemma in CHARGES:
        return Signal.ACCUSATION
    if lemma in GUESSES:
        return Signal.SPECULATION
    if lemma in scene.lexicon.hopes:
        return Signal.PRESSURE
    return Signal.THIRD_PARTY if lemma in scene.lexicon.reports else None

"""What a single predicate says: its side, what it turns on, who carries it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spacy.tokens import Token

from services.extract.composition import carried_sign, is_negated
from services.extract.lexicon import Lexicon
from services.extract.mentions import Mention
from services.extract.voices import Voice

# Weight of a target that is not named but was spoken of just before ("she is opposed").
IMPLIED = 0.6
# Words back in which what is implied was named: a paragraph; in real news what lies further back is another matter.
WITHIN = 60
# A mention this heavy is one of the issue's own words rather than "it" or "the plan".
OWN_WORD = 0.7
COMPLEMENTS = frozenset({"dobj", "pobj", "xcomp", "ccomp", "attr", "oprd", "acomp"})
TAIL = frozenset({"parataxis", "conj", "punct", "agent", "advcl"})


@dataclass(frozen=True, slots=True)
class Scene:
    """What a text is read against: one actor's voice, where one issue is touched and where others are named."""

    voice: Voice
    mentions: Mapping[int, Mention]
    lexicon: Lexicon
    rivals: frozenset[int] = frozenset()


def spoken_of(before: int, scene: Scene) -> Mention | None:
    """What was named last before a token, unless another issue was named since."""
    for i in range(before - 1, before - WITHIN - 1, -1):
        if i in scene.rivals:
            return None
        mention = scene.mentions.get(i)
        if mention is not None and mention.weight >= OWN_WORD:
            return mention
    return None


def predicate_sign(token: Token, table: Mapping[str, int]) -> int | None:
    """The side a word takes by itself, the longest entry first ("vote_in_favour_of" before "vote_in" before "vote")."""
    words = sorted(_phrases(token), key=len, reverse=True)
    return next((table[word] for word in words if word in table), None)


def turn(token: Token) -> int:
    """-1 for a negated predicate, else +1."""
    return -1 if is_negated(token) else 1


def target_of(token: Token, scene: Scene, *, with_subject: bool = False) -> Mention | None:
    """The mention a predicate is about, with the side that favouring the predicate's action takes."""
    inside = [
        t for child in token.children if _may_hold(child, with_subject) for t in child.subtree if t.i in scene.mentions
    ]
    if not inside:
        return _antecedent(token, scene)
    best = min(inside, key=lambda t: (-scene.mentions[t.i].weight, _depth(t, token), t.i))
    mention = scene.mentions[best.i]
    carried = carried_sign(best, token, scene.lexicon)
    return _carry(mention, carried)


def matter_of(token: Token, scene: Scene) -> Mention | None:
    """As `target_of`, but "it" and its like mean the undertaking, not the thing ("she opposes it")."""
    target = target_of(token, scene)
    if target is None or target.weight >= OWN_WORD or token.lemma_.lower() in scene.lexicon.hopes:
        return target
    return Mention(target.matter, target.weight, target.matter, target.plan)


def implied_target(token: Token, scene: Scene) -> Mention | None:
    """What was spoken of last, for a predicate that names nothing ("she remains opposed")."""
    if any(child.dep_ in COMPLEMENTS or (child.dep_ == "prep" and any(child.children)) for child in token.children):
        return None
    last = spoken_of(token.i, scene)
    return None if last is None else Mention(last.plan, IMPLIED, last.plan, last.plan)


def _phrases(token: Token) -> Iterator[str]:
    lemma = token.lemma_.lower()
    yield lemma
    yield token.lower_
    for child in token.children:
        if child.i < token.i or child.dep_ not in {
            "prt",
            "prep",
            "agent",
            "advmod",
            "intj",
            "dobj",
            "acomp",
            "xcomp",
            "dative",
        }:
            continue
        if child.dep_ == "prep" and _is_temporal(child):
            continue
        if child.dep_ == "xcomp":
            yield f"{lemma}_to"
            continue
        yield f"{lemma}_{child.lower_}"
        yield f"{token.lower_}_{child.lower_}"
        for next_child in (*child.children, *token.children):
            if next_child.i > child.i and next_child.dep_ in {"prep", "pobj"}:
                yield f"{lemma}_{child.lower_}_{next_child.lower_}"
                for last in next_child.children:
                    yield f"{lemma}_{child.lower_}_{next_child.lower_}_{last.lower_}"


def _is_temporal(preposition: Token) -> bool:
    return any(child.ent_type_ in {"DATE", "TIME"} for child in preposition.children)


def _may_hold(child: Token, with_subject: bool) -> bool:
    if child.dep_ in TAIL:
        return False
    return with_subject or child.dep_ not in {"nsubj", "csubj"}


def _carry(mention: Mention, sign: int) -> Mention:
    return Mention(mention.sign * sign, mention.weight, mention.matter * sign, mention.plan * sign)


def _antecedent(token: Token, scene: Scene) -> Mention | None:
    """What a relative clause or participle hangs on ("the ban she opposes", "a ban championed by her")."""
    if token.dep_ not in {"relcl", "acl"}:
        return None
    noun = token.head
    near = [t for t in noun.subtree if t.i in scene.mentions and (t.i <= noun.i or t.dep_ == "pobj") and t.i < token.i]
    if not near:
        return None
    best = max(near, key=lambda t: (scene.mentions[t.i].weight, t.i == noun.i))
    mention = scene.mentions[best.i]
    outer = 1 if best.i == noun.i else carried_sign(best, noun, scene.lexicon)
    denied = -1 if any(child.lower_ == "no" for child in noun.children) else 1
    return _carry(mention, outer * denied)


def _depth(token: Token, top: Token) -> int:
    return next((n for n, above in enumerate(token.ancestors) if above.i == top.i), 0)

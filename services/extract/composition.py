"""How the side taken on one word carries over to the words that depend on it."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from services.extract.lexicon import Lexicon

NEGATIONS = frozenset({"not", "n't", "never", "no", "neither", "nor", "hardly", "scarcely", "without", "nobody"})
COPULAS = frozenset({"be", "come", "stand", "remain", "speak", "stay", "seem", "become"})
SUBJECTS = frozenset({"nsubj", "csubj", "agent"})
# Verbs that take a state as their object ("wants the ban lifted").
WANTING = frozenset({"want", "like", "see", "have", "keep", "leave", "prefer", "need", "get", "let"})
# Verbs whose negation is meant of what is thought (neg-raising: Horn 1978).
THINKING = frozenset({"think", "believe", "feel", "suppose", "expect", "imagine", "reckon"})
# Where a verb's own object can stand; what follows "to", "with" or "in" is goal, means or place, and keeps its side.
OBJECT_PREPOSITIONS = frozenset({"of", "on", "from", "against", "for"})
# "Rather than" and "instead of" set aside what they bring; "against" and "without" turn it round.
TURNING = frozenset({"against", "without", "despite", "instead", "than", "anti"})


def carried_sign(token: Token, top: Token, lexicon: Lexicon) -> int:
    """What favouring `top` means for `token` below it: +1 the same, -1 the opposite ("stop [the works]")."""
    sign = _state_sign(token, lexicon)
    below = token
    for above in _upward(token, top):
        sign *= _step(below, above, lexicon)
        below = above
    return sign * _result_sign(below, top, lexicon)


def is_negated(token: Token) -> bool:
    """Whether a negation hangs directly on a predicate or on its subject ("nobody", "neither")."""
    for child in token.children:
        if child.dep_ == "neg" or (child.dep_ in {"det", "advmod", "preconj", "cc"} and child.lower_ in NEGATIONS):
            return True
        if child.dep_ == "nsubj" and _denies(child):
            return True
        if child.lower_ == "longer" and any(grand.lower_ == "no" for grand in child.children):
            return True
    return _auxiliary_negated(token) or _negation_raised(token)


def operator_sign(token: Token, lexicon: Lexicon) -> int | None:
    """The sign of an action word ("ban" -1, "build" +1), or None for other words."""
    if token.pos_ not in {"VERB", "NOUN", "ADJ", "PROPN", "ADV"}:
        return None
    for word in _keys(token):
        sign = lexicon.operators.get(word)
        if sign is not None:
            return sign
    return None


def _keys(token: Token) -> Iterator[str]:
    lemma = token.lemma_.lower()
    for child in token.children:
        if child.dep_ in {"prt", "prep", "advmod"}:
            yield f"{lemma}_{child.lower_}"
    yield lemma
    yield token.lower_


def _upward(token: Token, top: Token) -> Iterator[Token]:
    for above in token.ancestors:
        if above.i == top.i:
            return
        yield above


def _step(below: Token, above: Token, lexicon: Lexicon) -> int:
    if above.dep_ in {"prep", "mark", "pcomp"} or above.pos_ in {"ADP", "SCONJ"}:
        return -1 if above.lower_ in TURNING and not _governed(above, lexicon) else 1
    if below.dep_ in SUBJECTS and above.pos_ in {"VERB", "AUX"}:
        small = above.tag_ in {"VBN", "VBD", "VB"} and above.dep_ == "ccomp" and above.head.lemma_ in WANTING
        return (-1 if is_negated(above) else 1) * ((operator_sign(above, lexicon) or 1) if small else 1)
    if below.dep_ in {"conj", "appos", "relcl", "advcl", "ccomp", "parataxis"}:
        return -1 if below.dep_ == "conj" and _contrasted(below) else 1
    turn = -1 if is_negated(above) else 1
    sign = operator_sign(above, lexicon)
    if sign is None:
        sign = _stance_sign(above, lexicon)
    return turn * (sign if sign and _reaches(below, above) else 1)


def _governed(preposition: Token, lexicon: Lexicon) -> bool:
    """Whether a turning preposition is already part of the word it belongs to ("vote against")."""
    key = f"{preposition.head.lemma_.lower()}_{preposition.lower_}"
    return key in lexicon.verbs or key in lexicon.nouns or preposition.head.lemma_ in COPULAS


def _state_sign(token: Token, lexicon: Lexicon) -> int:
    """What a participle makes of its noun ("wants the ban [lifted]", "[lifting] sanctions")."""
    sign = 1
    for child in token.children:
        participle = (
            child.dep_ == "acl" and child.tag_ == "VBN" and not any(grand.dep_ == "agent" for grand in child.children)
        )
        gerund = child.dep_ == "amod" and child.tag_ == "VBG"
        if participle or gerund:
            sign *= operator_sign(child, lexicon) or 1
    return sign


def _result_sign(below: Token, top: Token, lexicon: Lexicon) -> int:
    """What a verb's result makes of its object ("wants it [gone]", "keep the pool [closed]")."""
    if below.dep_ not in {"dobj", "nsubj", "nsubjpass"} or top.pos_ not in {"VERB", "AUX"}:
        return 1
    sign = 1
    for child in top.children:
        if child.i < below.i:
            continue
        if child.dep_ in {"oprd", "acomp", "ccomp", "acl"} and child.tag_ in {"VBN", "JJ", "RB"}:
            sign *= operator_sign(child, lexicon) or 1
        elif top.lemma_ in WANTING and child.dep_ in {"prep", "advmod", "prt"} and child.lower_ in {"off", "out"}:
            sign *= -1
    return sign


def _stance_sign(token: Token, lexicon: Lexicon) -> int | None:
    table = lexicon.verbs if token.pos_ == "VERB" else lexicon.nouns if token.pos_ == "NOUN" else lexicon.adjectives
    for word in _keys(token):
        if word in table:
            return table[word]
    return None


def _reaches(below: Token, above: Token) -> bool:
    if below.dep_ == "prep" and above.pos_ == "VERB":
        return below.lower_ in OBJECT_PREPOSITIONS
    return True


def _denies(subject: Token) -> bool:
    return subject.lower_ in {"nobody", "neither", "none", "nothing"} or any(
        child.lower_ in {"no", "neither"} and child.dep_ in {"det", "preconj"} for child in subject.children
    )


def _contrasted(token: Token) -> bool:
    return any(child.dep_ == "cc" and child.lower_ == "not" for child in token.head.children) or any(
        child.dep_ == "neg" for child in token.children
    )


def _negation_raised(token: Token) -> bool:
    """Whether a negation stands on the verb of thinking but denies the thought ("does not think it should go on")."""
    clause = next((above for above in (token, *token.ancestors) if above.dep_ not in {"acomp", "attr", "amod"}), token)
    thinks = clause.head
    if clause.dep_ != "ccomp" or thinks.lemma_ not in THINKING:
        return False
    return any(child.dep_ == "neg" for child in thinks.children)


def _auxiliary_negated(token: Token) -> bool:
    return (
        token.dep_ in {"acomp", "attr"}
        and token.head.pos_ in {"AUX", "VERB"}
        and token.head.lemma_ in {"be", "seem", "feel", "remain", "become"}
        and any(child.dep_ == "neg" for child in token.head.children)
    )

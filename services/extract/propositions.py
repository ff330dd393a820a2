"""What a proposition proposes: which words it is about, with the side that favouring it takes on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.composition import carried_sign, is_negated, operator_sign
from services.extract.lexicon import Lexicon
from services.extract.words import stem

CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM"})
STAYING = frozenset(
    {"keep", "stay", "remain", "retain", "continue", "preserve", "maintain", "uphold", "leave", "defend"}
)
ADJUNCTS = frozenset({"beyond", "after", "before", "until", "by", "during", "within", "at", "as"})
HEADS = frozenset({"ROOT", "dobj", "nsubj", "nsubjpass", "xcomp", "ccomp", "attr", "oprd", "conj", "pcomp", "advcl"})
MODALS = frozenset({"should", "must", "ought", "shall", "will", "would", "can", "do"})


@dataclass(frozen=True, slots=True)
class Proposition:
    """Stems with +1 where favouring the proposition favours what the word means, -1 where not; and their weights.

    `heads` are the stems that are no mere part of another's name: "wall" of "border wall", "law" of "health care law".

    `change` is what favouring the proposition means for a plan to change things: -1 where all should stay as it is.
    """

    signs: Mapping[str, int]
    weights: Mapping[str, float]
    object_sign: int
    change: int
    heads: frozenset[str]


def read_proposition(doc: Doc, lexicon: Lexicon) -> Proposition:
    """A proposition ("The city should close the pool."), a question or a bare topic, parsed, as signed words."""
    signs: dict[str, int] = {}
    weights: dict[str, float] = {}
    for token in doc:
        if not _is_content(token, lexicon):
            continue
        root = token.sent.root
        turned = -1 if is_negated(root) else 1
        sign = turned * (1 if token.i == root.i else _sign_below(token, root, lexicon))
        weight = _weight(token, root, lexicon)
        key = stem(token.lemma_)
        if weight > weights.get(key, 0.0):
            signs[key], weights[key] = sign, weight
    return Proposition(signs, weights, _object_sign(doc, lexicon), _change(doc), heads_of(doc) & signs.keys())


def heads_of(doc: Doc) -> frozenset[str]:
    """The stems of the words that are no part of another's name and do not say where, when or for whom."""
    return frozenset(stem(token.lemma_) for token in doc if token.dep_ in HEADS and not _is_setting(token))


def _object_sign(doc: Doc, lexicon: Lexicon) -> int:
    """What favouring the proposition means for the thing it acts on ("close [the pool]" -1)."""
    root = next(doc.sents).root if len(doc) else None
    if root is None:
        return 1
    turned = -1 if is_negated(root) else 1
    return turned * (operator_sign(root, lexicon) or 1)


def _change(doc: Doc) -> int:
    root = next(doc.sents).root if len(doc) else None
    if root is None:
        return 1
    stays = root.lemma_.lower() in STAYING or any(
        child.dep_ == "xcomp" and child.lemma_.lower() in STAYING for child in root.children
    )
    return (-1 if stays else 1) * (-1 if is_negated(root) else 1)


def _sign_below(token: Token, root: Token, lexicon: Lexicon) -> int:
    sign = carried_sign(token, root, lexicon)
    operator = operator_sign(root, lexicon)
    branch = _branch(token, root)
    if operator is None or branch.dep_ in {"nsubj", "advcl", "npadvmod"} or _is_goal(branch):
        return sign
    return sign * operator


def _branch(token: Token, root: Token) -> Token:
    path: Iterator[Token] = (above for above in (token, *token.ancestors) if above.head.i == root.i)
    return next(path, token)


def _is_goal(branch: Token) -> bool:
    return branch.dep_ == "prep" and branch.lower_ not in {"of", "on", "from"}


def _weight(token: Token, root: Token, lexicon: Lexicon) -> float:
    branch = _branch(token, root)
    agent = branch.dep_ == "nsubj" and any(child.dep_ in {"dobj", "xcomp", "ccomp", "prep"} for child in root.children)
    if token.i == root.i:
        return 0.0 if token.lemma_ in lexicon.generic_actions else 1.0
    if agent:
        return 0.15
    if token.pos_ == "NUM" or _is_adjunct(token) or _is_setting(token):
        return 0.4
    return 1.0 if token.pos_ in {"NOUN", "PROPN"} else 0.7


def _is_adjunct(token: Token) -> bool:
    """Time, place and manner say when or where, not what ("beyond its closure date")."""
    return any(above.dep_ == "prep" and above.lower_ in ADJUNCTS for above in token.ancestors)


def _is_setting(token: Token) -> bool:
    """Places and what a relative clause adds tell less ("tenants who came from abroad")."""
    return token.ent_type_ in {"GPE", "LOC", "NORP"} or any(
        above.dep_ == "relcl" for above in (token, *token.ancestors)
    )


def _is_content(token: Token, lexicon: Lexicon) -> bool:
    return (
        token.pos_ in CONTENT
        and token.lemma_.lower() not in MODALS
        and not (token.pos_ == "VERB" and token.lemma_.lower() in lexicon.generic_actions - {"stop"})
        and token.lemma_.lower() not in lexicon.authorities
        and len(token.lemma_) > 1
    )

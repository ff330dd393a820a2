"""Where a text touches a proposition, and on which side of it each such word lies."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.columns import columns
from services.extract.composition import carried_sign, operator_sign
from services.extract.lexicon import Lexicon
from services.extract.once import once
from services.extract.propositions import Proposition
from services.extract.words import stem

ANAPHORS = frozenset({"it", "this", "that", "them", "they", "these", "those", "one", "so", "either"})

DEFINITE = frozenset({"the", "that", "such", "these", "those", "poss"})
PARTS = frozenset({"dobj", "nsubjpass", "pobj", "compound", "amod", "prep", "nmod", "poss", "pcomp"})
# A mention at least this heavy tells what is being spoken of from there on.
TELLING = 0.7
# What "it" tells while its issue was named in the sentence or the one before, and later.
FRESH, FADED = 0.6, 0.4


@dataclass(frozen=True, slots=True)
class Mention:
    """A token that touches the proposition.

    `sign` is the side of the thing it names, as in `Proposition.signs`; `matter` that of the undertaking it is part of
    ("close [the pool]"); `plan` that of a bill or plan on it where the text tells of none; `weight` is 1 for the
    proposition's own words, less for "the plan" and "it".
    """

    sign: int
    weight: float
    matter: int
    plan: int


def find_mentions(
    doc: Doc, proposition: Proposition, lexicon: Lexicon, *, within: Container[int] | None = None
) -> dict[int, Mention]:
    """Mentions by token number: words of the proposition, then what refers back to the last of them.

    `within` keeps those of some tokens only; what a word refers back to may stand anywhere before it.
    """
    own = dict(_own_words(doc, proposition, lexicon))
    found: dict[int, Mention] = {}
    last: Mention | None = None
    fresh = 0  # the last sentence in which "it" is near
    sentence = columns(doc).sentence
    for i in sorted({*own, *_referring(doc, lexicon)}):
        mention = own.get(i)
        if mention is None and last is not None and (within is None or i in within):
            mention = _reference(doc[i], last, FRESH if sentence[i] <= fresh else FADED, lexicon)
        if mention is not None and (within is None or i in within):
            found[i] = mention
        if mention is not None and mention.weight >= TELLING:
            last, fresh = mention, sentence[i] + 1
    return found


def _own_words(doc: Doc, proposition: Proposition, lexicon: Lexicon) -> Iterator[tuple[int, Mention]]:
    places = columns(doc).places
    turned = (word for word in places if word.startswith("un") and stem(word[2:]) in proposition.signs)
    for word in {*(proposition.signs.keys() & places.keys()), *turned}:
        for i in places[word]:
            mention = _own_word(doc[i], proposition, lexicon)
            if mention is not None:
                yield i, mention


def _referring(doc: Doc, lexicon: Lexicon) -> frozenset[int]:
    """The words that may refer back to anything named before."""
    return once(doc, "referring", lambda: frozenset(t.i for t in doc if _may_refer(t, lexicon)))


def _may_refer(token: Token, lexicon: Lexicon) -> bool:
    if token.pos_ == "PRON":
        return token.lower_ in ANAPHORS
    return token.pos_ == "NOUN" and (_stands_for_matter(token, lexicon) or operator_sign(token, lexicon) == -1)


def _own_word(token: Token, proposition: Proposition, lexicon: Lexicon) -> Mention | None:
    key, turned = stem(token.lemma_), 1
    if key not in proposition.signs and key.startswith("un") and stem(key[2:]) in proposition.signs:
        key, turned = stem(key[2:]), -1
    if token.pos_ not in {"NOUN", "PROPN", "VERB", "ADJ"} or key not in proposition.signs:
        return None
    sign = turned * proposition.signs[key]
    told = _told_matter(token, sign, lexicon)
    weight = proposition.weights[key]
    return Mention(sign, weight, sign, proposition.change) if told is None else Mention(sign, weight, told, told)


def _reference(token: Token, last: Mention, weight: float, lexicon: Lexicon) -> Mention | None:
    if _stands_for_matter(token, lexicon):
        return Mention(last.plan, weight, last.plan, last.plan)
    if token.pos_ == "PRON" and token.lower_ in ANAPHORS and not _expletive(token):
        plural = token.lower_ in {"them", "they", "these", "those"}
        return Mention(last.sign, weight, last.sign if plural else last.matter, last.plan)
    if (
        token.pos_ == "NOUN"
        and operator_sign(token, lexicon) == -1
        and not any(child.dep_ in {"prep", "compound"} for child in token.children)
    ):
        return Mention(-last.plan, weight, -last.plan, -last.plan)
    return None


def _stands_for_matter(token: Token, lexicon: Lexicon) -> bool:
    if token.pos_ != "NOUN":
        return False
    determiners = {
        child.lower_ if child.dep_ == "det" else "poss" for child in token.children if child.dep_ in {"det", "poss"}
    }
    return "this" in determiners or (
        token.lemma_.lower() in lexicon.placeholders and not determiners.isdisjoint(DEFINITE)
    )


def _told_matter(token: Token, sign: int, lexicon: Lexicon) -> int | None:
    """The side of the undertaking a word is part of, if the text tells ("a plan to close [the pool]")."""
    top = token
    while (
        top.dep_ in PARTS
        and top.head.i != top.i
        and (top.head.pos_ != "VERB" or operator_sign(top.head, lexicon) is not None)
    ):
        top = top.head
    own = operator_sign(top, lexicon)
    outer = next((operator_sign(child, lexicon) for child in top.children if child.dep_ == "relcl"), None)
    if (own is None and outer is None) or (top.i == token.i and outer is None):
        return None if top.i == token.i or carried_sign(token, top, lexicon) == 1 else -sign
    carried = carried_sign(token, top, lexicon) * (own or 1) if top.i != token.i else 1
    return sign * carried * (outer or 1)


def _expletive(token: Token) -> bool:
    return (
        token.dep_ == "expl"
        or token.tag_ in {"WDT", "WP", "IN"}
        or (token.lower_ in {"that", "this", "these", "those"} and token.dep_ in {"det", "mark"})
    )

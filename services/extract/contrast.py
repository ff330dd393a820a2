"""Who stands on the other side of a divide that the article itself declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spacy.tokens import Doc, Span, Token

from services.extract.believers import believed
from services.extract.issues import IssueView
from services.extract.lexicon import Lexicon
from services.extract.predicates import Scene
from services.extract.signals import phrases_in
from services.extract.voices import Voice
from services.extract.weighing import weigh
from services.extract.witnesses import find_witnesses
from shared.vocabulary import Stance

CONTRASTS = frozenset({"while", "whereas"})
OTHER_SIDE = {Stance.FAVOR: Stance.AGAINST, Stance.AGAINST: Stance.FAVOR}


def opposed(
    doc: Doc, named: Mapping[int, str], view: IssueView, lexicon: Lexicon
) -> Iterator[tuple[str, Stance, Span]]:
    """Actors whom "A thinks the plan is right, while B believes ..." sets against A, each with stance and sentence.

    Only where a divide is declared in the sentence or the next ("at odds", "the split"): without it, a contrast of two
    beliefs may be about two different things.
    """
    sents = list(doc.sents)
    for number, sent in enumerate(sents):
        turn = next((token for token in sent if token.lower_ in CONTRASTS and token.dep_ == "mark"), None)
        if turn is None:
            continue
        first = _first_words(sent, turn)
        if not any(i in first for i in view.mentions):
            continue
        if not any(phrases_in(near, lexicon.divides) for near in sents[number : number + 2]):
            continue
        stance = OTHER_SIDE.get(_side_of(doc, first, view, lexicon))
        if stance is not None:
            heard = believed(doc, named)
            holders = (heard.get(i, frozenset()) for i in range(turn.i, sent.end))
            yield from ((name, stance, sent) for name in sorted(frozenset().union(*holders)))


def _first_words(sent: Span, turn: Token) -> frozenset[int]:
    """The words before the contrast, without what only leads up to them with a colon."""
    colon = max((token.i for token in sent if token.i < turn.i and token.text == ":"), default=sent.start - 1)
    return frozenset(range(colon + 1, turn.i))


def _side_of(doc: Doc, words: frozenset[int], view: IssueView, lexicon: Lexicon) -> Stance:
    """What some words say, whoever says them."""
    speakers = frozenset(
        i for i in words if doc[i].dep_ == "nsubj" and any(c.dep_ == "ccomp" for c in doc[i].head.children)
    )
    scene = Scene(Voice(speakers, words, frozenset()), view.mentions, lexicon, view.rivals)
    return weigh(tuple(one for one in find_witnesses(doc, scene) if one.token in words)).stance

"""Where an actor stands on a proposition, read from a short text."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from services.extract.lexicon import Lexicon, load_lexicon
from services.extract.mentions import find_mentions
from services.extract.predicates import Scene
from services.extract.propositions import Proposition, read_proposition
from services.extract.values import StanceDecision
from services.extract.voices import find_voice, whole_voice
from services.extract.witnesses import Witness, find_witnesses
from shared.vocabulary import Stance

# Less than this shows nothing; each side must show this much to make a stance mixed; what a further witness adds.
FAINT, PLAIN, FURTHER = 0.3, 0.55, 0.2


def weigh(witnesses: Sequence[Witness]) -> StanceDecision:
    """The stance that the witnesses together show."""
    favor, against, mixed = (_strength(witnesses, stance) for stance in (Stance.FAVOR, Stance.AGAINST, Stance.MIXED))
    reasons = tuple(f"{w.stance}:{w.rule}" + (f"({w.signal})" if w.signal else "") for w in witnesses)
    most = max(favor, against)
    if most + mixed < FAINT:
        return StanceDecision(Stance.NONE, 0.6, reasons)
    if mixed > most:  # what hesitates in so many words is as sure as what takes a side
        return StanceDecision(Stance.MIXED, min(0.95, 0.5 + 0.4 * (mixed - most)), reasons)
    if min(favor, against) > max(PLAIN, 0.6 * most):
        return StanceDecision(Stance.MIXED, 0.6, reasons)
    return StanceDecision(Stance.FAVOR if favor > against else Stance.AGAINST, min(0.95, 0.5 + 0.4 * most), reasons)


def _strength(witnesses: Sequence[Witness], stance: Stance) -> float:
    """How strongly one stance is shown: by its best witness, a little more by each other."""
    weights = sorted((w.weight for w in witnesses if w.stance is stance and w.signal is None), reverse=True)
    return weights[0] + FURTHER * sum(weights[1:]) if weights else 0.0


def decide_stance(doc: Doc, *, actor: str | None, target: Doc) -> StanceDecision:
    """Where `actor` (None: whoever speaks) stands in a short text on a proposition, a question or a topic."""
    lexicon = load_lexicon()
    return read_stance(doc, actor=actor, proposition=read_proposition(target, lexicon), lexicon=lexicon)


def read_stance(doc: Doc, *, actor: str | None, proposition: Proposition, lexicon: Lexicon) -> StanceDecision:
    """As `decide_stance`, for a proposition that has been read."""
    voice = whole_voice(doc) if actor is None else find_voice(doc, actor, lexicon)
    scene = Scene(voice, find_mentions(doc, proposition, lexicon), lexicon)
    return weigh(tuple(find_witnesses(doc, scene)))

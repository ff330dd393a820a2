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


def weigh(witnesses: Sequence[Witness]) -> StanceDecision:
    """The stance that the witnesses together show."""
    totals = {Stance.FAVOR: 0.0, Stance.AGAINST: 0.0, Stance.MIXED: 0.0}
    for witness in witnesses:
        if witness.signal is None:
            totals[witness.stance] += witness.weight
    favor, against, mixed = totals[Stance.FAVOR], totals[Stance.AGAINST], totals[Stance.MIXED]
    reasons = tuple(f"{w.stance}:{w.rule}" + (f"({w.signal})" if w.signal else "") for w in witnesses)
    most = max(favor, against)
    if most + mixed < 0.3:
        return StanceDecision(Stance.NONE, 0.6, reasons)
    if mixed > most or min(favor, against) > 0.6 * most:
        return StanceDecision(Stance.MIXED, 0.6, reasons)
    return StanceDecision(Stance.FAVOR if favor > against else Stance.AGAINST, min(0.95, 0.5 + 0.4 * most), reasons)


def decide_stance(doc: Doc, *, actor: str | None, target: Doc) -> StanceDecision:
    """Where `actor` (None: whoever speaks) stands in a short text on a proposition, a question or a topic."""
    lexicon = load_lexicon()
    return read_stance(doc, actor=actor, proposition=read_proposition(target, lexicon), lexicon=lexicon)


def read_stance(doc: Doc, *, actor: str | None, proposition: Proposition, lexicon: Lexicon) -> StanceDecision:
    """As `decide_stance`, for a proposition that has been read."""
    voice = whole_voice(doc) if actor is None else find_voice(doc, actor, lexicon)
    scene = Scene(voice, find_mentions(doc, proposition, lexicon), lexicon)
    return weigh(tuple(find_witnesses(doc, scene)))

"""Where an actor stands on a proposition, read from a short text."""

from __future__ import annotations

from spacy.tokens import Doc

from services.extract.judge import Judge, frame_pair
from services.extract.lexicon import load_lexicon
from services.extract.mentions import find_mentions
from services.extract.predicates import Scene
from services.extract.propositions import read_proposition
from services.extract.values import StanceDecision
from services.extract.voices import find_voice, whole_voice
from services.extract.weighing import combine, weigh
from services.extract.witnesses import find_witnesses


def decide_stance(doc: Doc, *, actor: str | None, target: Doc, judge: Judge | None = None) -> StanceDecision:
    """Where `actor` (None: whoever speaks) stands in a short text on a proposition, a question or a topic.

    By the rules alone, or by the rules and the trained judge together where one is given.
    """
    lexicon = load_lexicon()
    voice = whole_voice(doc) if actor is None else find_voice(doc, actor, lexicon)
    scene = Scene(voice, find_mentions(doc, read_proposition(target, lexicon), lexicon), lexicon)
    witnesses = tuple(find_witnesses(doc, scene))
    if judge is None:
        return weigh(witnesses)
    pair = frame_pair(doc.text, target.text, actor_names=() if actor is None else (actor,))
    return combine(witnesses, judge.probabilities([pair])[0])

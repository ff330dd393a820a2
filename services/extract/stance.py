"""Where an actor stands on a proposition, read from a short text."""

from __future__ import annotations

from spacy.tokens import Doc

from services.extract.judge import frame_pair
from services.extract.lexicon import load_lexicon
from services.extract.mentions import find_mentions
from services.extract.predicates import Scene
from services.extract.propositions import read_proposition
from services.extract.values import StanceDecision
from services.extract.voices import find_voice, whole_voice
from services.extract.weighing import Ask, combine, weigh
from services.extract.witnesses import find_witnesses


def decide_stance(doc: Doc, *, actor: str | None, target: Doc, ask: Ask | None = None) -> StanceDecision:
    """Where `actor` (None: whoever speaks) stands in a short text on a proposition, a question or a topic.

    By the rules alone, or by the rules and a trained judge together where one may be asked.
    """
    lexicon = load_lexicon()
    voice = whole_voice(doc) if actor is None else find_voice(doc, actor, lexicon)
    scene = Scene(voice, find_mentions(doc, read_proposition(target, lexicon), lexicon), lexicon)
    witnesses = find_witnesses(doc, scene)
    if ask is None:
        return weigh(witnesses)
    names = () if actor is None else (actor,)
    pair = frame_pair(doc.text, target.text, actor_names=names, other_names=_others(doc, actor))
    return combine(witnesses, ask([pair])[0])


def _others(doc: Doc, actor: str | None) -> tuple[str, ...]:
    """The persons named beside the actor, once each."""
    last = "" if actor is None else actor.split()[-1]
    return tuple(
        dict.fromkeys(span.text for span in doc.ents if span.label_ == "PERSON" and last not in span.text.split())
    )

"""Which words of a text are asked for a stance, and that those left out would have shown none."""

import pytest
from spacy.tokens import Doc

from services.extract import witnesses
from services.extract.issues import read_issues, view_issues
from services.extract.lexicon import load_lexicon
from services.extract.nlp import load_model
from services.extract.predicates import Scene
from services.extract.statements import article_voices
from services.extract.values import Issue
from tests.extract.reading import MODEL, attributions_of, cast_of, figure, parsed

POOL = Issue("pool", "Swimming pool", "The city should close the swimming pool.", ("swimming pool", "pool closure"))
RUIZ = figure("Ana Ruiz", "Ruiz", "the mayor")
FILLER = "The fair was dull and the band was bad. She opposed nothing. It must stop. " * 4
TEXT = (
    f"Ana Ruiz opposed the harbour.\n\n{FILLER}\n\n“Close the swimming pool,” Ana Ruiz said. “It is a disgrace.”\n\n"
    f"She is against it. She may yet vote for the plan. {FILLER}\n\n{FILLER}\n\nRuiz is opposed. {FILLER}"
)


def everywhere(doc: Doc, scene: Scene) -> list[int]:
    """The tokens at which some rule finds something, wherever they stand."""
    asked = (token for token in doc if token.pos_ not in {"PUNCT", "SPACE", "DET"})
    return [token.i for token in asked if any(rule(token, scene) for rule in witnesses.RULES)]


@pytest.mark.parametrize("name", ["Ana Ruiz"])
def test_no_word_beyond_the_reach_of_a_mention_shows_a_stance(name: str) -> None:
    doc, lexicon = parsed(TEXT), load_lexicon()
    (view,) = view_issues(doc, read_issues((POOL,), nlp=load_model(MODEL)), lexicon)
    voice = article_voices(doc, cast_of(TEXT, RUIZ), attributions_of(TEXT, RUIZ))[name]
    scene = Scene(voice, view.mentions, lexicon, view.rivals)
    found = [one.token for one in witnesses.find_witnesses(doc, scene) if one.rule != "hesitation"]
    assert found == everywhere(doc, scene)
    assert len(found) >= 3

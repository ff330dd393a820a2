"""Why words about an actor show no current stance: each signal with its own table."""

import pytest

from services.extract.lexicon import load_lexicon
from services.extract.mentions import find_mentions
from services.extract.predicates import Scene
from services.extract.propositions import read_proposition
from services.extract.signals import Signal
from services.extract.voices import find_voice
from services.extract.witnesses import find_witnesses
from tests.extract.reading import parsed

CLOSE = "The city should close the swimming pool."


def signals_in(text: str) -> set[Signal | None]:
    """The signals of all that looks like a stance of Ana Ruiz on closing the pool."""
    doc, lexicon = parsed(text), load_lexicon()
    proposition = read_proposition(parsed(CLOSE), lexicon)
    scene = Scene(find_voice(doc, "Ana Ruiz", lexicon), find_mentions(doc, proposition, lexicon), lexicon)
    return {witness.signal for witness in find_witnesses(doc, scene)}


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        pytest.param("Ana Ruiz may oppose closing the pool.", Signal.SPECULATION, id="may"),
        pytest.param("Ana Ruiz is expected to oppose closing the pool.", Signal.SPECULATION, id="is expected to"),
        pytest.param("Ana Ruiz will probably oppose closing the pool.", Signal.SPECULATION, id="will probably"),
        pytest.param("Advocates urged Ana Ruiz to oppose closing the pool.", Signal.PRESSURE, id="urged to"),
        pytest.param("Residents asked Ana Ruiz to support closing the pool.", Signal.PRESSURE, id="asked to"),
        pytest.param(
            "Tom Hill accused Ana Ruiz of opposing the closure of the pool.", Signal.ACCUSATION, id="accused of"
        ),
        pytest.param("In 2011 Ana Ruiz opposed closing the pool.", Signal.HISTORY, id="a year"),
        pytest.param("Ana Ruiz had opposed closing the pool.", Signal.HISTORY, id="past perfect"),
        pytest.param("Ana Ruiz once opposed closing the pool.", Signal.HISTORY, id="once"),
        pytest.param("Does Ana Ruiz oppose closing the pool?", Signal.QUESTION, id="a question"),
        pytest.param("Tom Hill said Ana Ruiz opposes closing the pool.", Signal.THIRD_PARTY, id="somebody says so"),
    ],
)
def test_a_signal_says_why_a_stance_does_not_count(text: str, signal: Signal) -> None:
    assert signals_in(text) == {signal}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ana Ruiz opposes closing the pool.", id="present"),
        pytest.param("Ana Ruiz has long opposed closing the pool.", id="to this day"),
        pytest.param("Ana Ruiz said she would oppose closing the pool.", id="announced"),
        pytest.param("Ana Ruiz's spokesman said she opposes closing the pool.", id="told by a spokesman"),
    ],
)
def test_a_current_stance_has_no_signal(text: str) -> None:
    assert signals_in(text) == {None}

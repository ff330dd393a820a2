"""Where an actor stands on a proposition, sentence by sentence."""

import pytest

from services.extract.stance import decide_stance
from shared.vocabulary import Stance
from tests.extract.reading import parsed

CLOSE = "The city should close the swimming pool."
KEEP = "The city should keep its fur ban."


def stance_of(text: str, actor: str | None, target: str) -> Stance:
    return decide_stance(parsed(text), actor=actor, target=parsed(target)).stance


@pytest.mark.parametrize(
    ("text", "target", "stance"),
    [
        pytest.param("Ana Ruiz opposes closing the swimming pool.", CLOSE, Stance.AGAINST, id="opposes the act"),
        pytest.param(
            "Ana Ruiz supports the closure of the pool.", CLOSE, Stance.FAVOR, id="supports the act as a noun"
        ),
        pytest.param("Ana Ruiz voted to keep the pool open.", CLOSE, Stance.AGAINST, id="votes for the opposite"),
        pytest.param("Ana Ruiz voted against closing the pool.", CLOSE, Stance.AGAINST, id="votes against"),
        pytest.param("Ana Ruiz wants the pool closed.", CLOSE, Stance.FAVOR, id="wants it done"),
        pytest.param("Ana Ruiz does not support closing the pool.", CLOSE, Stance.AGAINST, id="negated support"),
        pytest.param("Ana Ruiz does not oppose closing the pool.", CLOSE, Stance.FAVOR, id="negated opposition"),
        pytest.param("Ana Ruiz voted to repeal the fur ban.", KEEP, Stance.AGAINST, id="repeals what should be kept"),
        pytest.param("Ana Ruiz wants the fur ban lifted.", KEEP, Stance.AGAINST, id="wants the ban lifted"),
        pytest.param("Ana Ruiz opposes lifting the fur ban.", KEEP, Stance.FAVOR, id="against ending a ban"),
        pytest.param("Ana Ruiz vetoed a bill that would lift the fur ban.", KEEP, Stance.FAVOR, id="veto of a repeal"),
        pytest.param("Ana Ruiz is a critic of the fur ban.", KEEP, Stance.AGAINST, id="critic"),
        pytest.param("Ana Ruiz repeated her opposition to the fur ban.", KEEP, Stance.AGAINST, id="her opposition to"),
        pytest.param('"The pool must stay open," Ana Ruiz said.', CLOSE, Stance.AGAINST, id="must stay open"),
        pytest.param('"Close the pool," Ana Ruiz said.', CLOSE, Stance.FAVOR, id="command"),
        pytest.param('"Closing the pool would be a mistake," Ana Ruiz said.', CLOSE, Stance.AGAINST, id="a mistake"),
        pytest.param("Ana Ruiz said she was undecided on closing the pool.", CLOSE, Stance.MIXED, id="undecided"),
        pytest.param("Ana Ruiz refused to rule out closing the pool.", CLOSE, Stance.MIXED, id="does not rule out"),
        pytest.param("Ana Ruiz visited the swimming pool.", CLOSE, Stance.NONE, id="plain mention"),
    ],
)
def test_a_stance_is_composed_toward_the_proposition(text: str, target: str, stance: Stance) -> None:
    assert stance_of(text, "Ana Ruiz", target) is stance


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ana Ruiz may oppose closing the pool.", id="speculation"),
        pytest.param("Residents urged Ana Ruiz to oppose closing the pool.", id="pressure"),
        pytest.param("Tom Hill accused Ana Ruiz of opposing the closure of the pool.", id="accusation"),
        pytest.param("In 2011 Ana Ruiz opposed closing the pool.", id="history"),
        pytest.param("Does Ana Ruiz oppose closing the pool?", id="question"),
        pytest.param("Tom Hill said Ana Ruiz opposes closing the pool.", id="third party"),
        pytest.param('"Closing the pool would be a mistake," Tom Hill told Ana Ruiz.', id="somebody else's words"),
    ],
)
def test_what_is_no_current_stance_is_none(text: str) -> None:
    assert stance_of(text, "Ana Ruiz", CLOSE) is Stance.NONE


def test_whoever_speaks_is_heard_where_no_actor_is_named() -> None:
    assert stance_of("The pool must not be closed.", None, CLOSE) is Stance.AGAINST

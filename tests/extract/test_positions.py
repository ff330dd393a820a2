"""How positions are read from a timeline."""

import pytest

from services.extract.positions import Held, NotEnoughEvidence, Unknown, current_position, read_periods
from services.extract.timeline import build_timeline
from shared.vocabulary import Stance
from tests.extract.ledger import RULES, ledger

BURDEN = 1.4


def periods_of(letters: str) -> str:
    """One capital a period, in order."""
    timeline = build_timeline(ledger(letters), weights=RULES.weights)
    return "".join(period.stance.value[0].upper() for period in read_periods(timeline, burden=BURDEN))


@pytest.mark.parametrize(
    ("letters", "periods"),
    [
        pytest.param("", "", id="nothing said"),
        pytest.param("FFFF", "F", id="steady"),
        pytest.param("FFA", "FA", id="one clear statement in own words is enough"),
        pytest.param("FFa", "F", id="one stray weak reading is not"),
        pytest.param("FFaa", "F", id="two weak ones are not yet"),
        pytest.param("FFaaa", "FA", id="three weak ones are"),
        pytest.param("FaFaFaF", "F", id="strays between restatements never add up"),
        pytest.param("FFaFF", "F", id="a weak reading between restatements is noise"),
        pytest.param("fA", "A", id="a weak first reading is no baseline"),
        pytest.param("fffA", "FA", id="three weak first readings are"),
        pytest.param("FMA", "FMA", id="by way of a hedge"),
        pytest.param("FmA", "FA", id="a weak hedge on the way is no position"),
        pytest.param("FFAAFF", "FAF", id="there and back"),
        pytest.param("FFAFF", "F", id="one clear statement between restatements of another is a misreading"),
        pytest.param("fam", "F", id="hints that disagree make no change"),
    ],
)
def test_read_periods(letters: str, periods: str) -> None:
    assert periods_of(letters) == periods


def test_every_testimony_belongs_to_exactly_one_period() -> None:
    timeline = build_timeline(ledger("FaMMfAA"), weights=RULES.weights)
    periods = read_periods(timeline, burden=BURDEN)
    assert [place for period in periods for place in range(period.start, period.end)] == list(range(7))


@pytest.mark.parametrize(
    ("letters", "kind", "stance"),
    [
        pytest.param("F", Held, Stance.FAVOR, id="one clear statement"),
        pytest.param("FA", Held, Stance.AGAINST, id="the latest period"),
        pytest.param("FFa", Held, Stance.FAVOR, id="a stray reading does not move it"),
        pytest.param("f", NotEnoughEvidence, Stance.FAVOR, id="one weak reading"),
        pytest.param("af", NotEnoughEvidence, Stance.FAVOR, id="weak readings that disagree"),
    ],
)
def test_current_position(letters: str, kind: type, stance: Stance) -> None:
    timeline = build_timeline(ledger(letters), weights=RULES.weights)
    position = current_position(read_periods(timeline, burden=BURDEN), burden=BURDEN)
    match position:
        case Held(shown, _) | NotEnoughEvidence(shown, _):
            assert (type(position), shown) == (kind, stance)
        case Unknown():
            pytest.fail("something was said")


def test_silence_is_an_unknown_position() -> None:
    assert current_position((), burden=BURDEN) == Unknown()

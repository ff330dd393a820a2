"""How witnesses, and a judge's odds, make one stance."""

import pytest

from services.extract.judge import StanceOdds
from services.extract.signals import Signal
from services.extract.weighing import combine, weigh
from services.extract.witnesses import Witness
from shared.vocabulary import Stance

UNSURE = StanceOdds(0.25, 0.25, 0.25, 0.25)


def witness(stance: Stance, weight: float, signal: Signal | None = None) -> Witness:
    return Witness(stance, weight, token=0, rule="verb", own_words=True, signal=signal)


@pytest.mark.parametrize(
    ("witnesses", "stance"),
    [
        pytest.param([], Stance.NONE, id="nothing"),
        pytest.param([witness(Stance.FAVOR, 1.0)], Stance.FAVOR, id="one plain witness"),
        pytest.param([witness(Stance.FAVOR, 0.2)], Stance.NONE, id="a faint one"),
        pytest.param([witness(Stance.FAVOR, 1.0, Signal.HISTORY)], Stance.NONE, id="a witness that does not count"),
        pytest.param([witness(Stance.FAVOR, 1.0), witness(Stance.AGAINST, 0.9)], Stance.MIXED, id="both sides plainly"),
        pytest.param([witness(Stance.FAVOR, 1.0), witness(Stance.AGAINST, 0.4)], Stance.FAVOR, id="one side faintly"),
        pytest.param([witness(Stance.MIXED, 1.0), witness(Stance.FAVOR, 0.6)], Stance.MIXED, id="hesitation outweighs"),
    ],
)
def test_the_rules_weigh_witnesses(witnesses: list[Witness], stance: Stance) -> None:
    assert weigh(witnesses).stance is stance


@pytest.mark.parametrize(
    ("witnesses", "odds", "stance"),
    [
        pytest.param(
            [witness(Stance.AGAINST, 1.0)], UNSURE, Stance.AGAINST, id="an unsure judge leaves it to the rules"
        ),
        pytest.param([], StanceOdds(0.02, 0.02, 0.9, 0.06), Stance.MIXED, id="silent rules leave it to the judge"),
        pytest.param(
            [witness(Stance.FAVOR, 0.9)], StanceOdds(0.3, 0.4, 0.1, 0.2), Stance.FAVOR, id="rules decide between sides"
        ),
    ],
)
def test_rules_and_judge_are_combined(witnesses: list[Witness], odds: StanceOdds, stance: Stance) -> None:
    assert combine(witnesses, odds).stance is stance


def test_the_combined_confidence_is_a_probability() -> None:
    assert 0.25 < combine([witness(Stance.FAVOR, 0.5)], UNSURE).confidence < 1.0

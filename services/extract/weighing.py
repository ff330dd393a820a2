"""How what the rules found, and the judge's odds where asked, make one stance with its confidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, log

from services.extract.judge import StanceOdds
from services.extract.values import StanceDecision
from services.extract.witnesses import Witness
from shared.vocabulary import Stance

# Asks a judge for the odds of (marked text, proposition) pairs.
Ask = Callable[[Sequence[tuple[str, str]]], tuple[StanceOdds, ...]]
# A log-linear model of nine weights, fitted on the 738 labels of the passages that the judge kept to set its
# temperature; on the 1,524 labels set aside for good it gives macro-F1 .63 (rules alone .39, judge alone .63).
JUDGE = 0.955
AGREES, OPPOSES = 0.685, -0.551
HESITATES, SPLIT = 0.506, 0.117
DISCOUNTED, SILENT = 0.03, -0.084
MIXED, NONE = -0.35, 0.201
# Beyond this a further witness adds nothing; below this odds are noise.
MOST, LEAST = 1.2, 1e-4

# Less than this shows nothing; each side must show this much to make a stance mixed; what a further witness adds.
FAINT, PLAIN, FURTHER = 0.3, 0.55, 0.2


def weigh(witnesses: Sequence[Witness]) -> StanceDecision:
    """The stance that the witnesses together show."""
    favor, against, mixed = strengths(witnesses)
    reasons = tuple(f"{w.stance}:{w.rule}" + (f"({w.signal})" if w.signal else "") for w in witnesses)
    most = max(favor, against)
    if most + mixed < FAINT:
        return StanceDecision(Stance.NONE, 0.6, reasons)
    if mixed > most:  # what hesitates in so many words is as sure as what takes a side
        return StanceDecision(Stance.MIXED, min(0.95, 0.5 + 0.4 * (mixed - most)), reasons)
    if min(favor, against) > max(PLAIN, 0.6 * most):
        return StanceDecision(Stance.MIXED, 0.6, reasons)
    return StanceDecision(Stance.FAVOR if favor > against else Stance.AGAINST, min(0.95, 0.5 + 0.4 * most), reasons)


def combine(witnesses: Sequence[Witness], odds: StanceOdds) -> StanceDecision:
    """The likeliest stance, with its probability as confidence."""
    favor, against, mixed = (min(MOST, strength) for strength in strengths(witnesses))
    silent = favor + against + mixed == 0
    discounted = max((witness.weight for witness in witnesses if witness.signal is not None), default=0.0)
    scores = {
        Stance.FAVOR: _judged(odds.favor) + AGREES * favor + OPPOSES * against,
        Stance.AGAINST: _judged(odds.against) + AGREES * against + OPPOSES * favor,
        Stance.MIXED: _judged(odds.mixed) + HESITATES * mixed + SPLIT * min(favor, against) + MIXED,
        Stance.NONE: _judged(odds.none) + NONE + ((DISCOUNTED * discounted + SILENT) if silent else 0.0),
    }
    stance = max(scores, key=lambda each: (scores[each], each.value))
    confidence = exp(scores[stance]) / sum(exp(score) for score in scores.values())
    return StanceDecision(stance, confidence, _reasons(witnesses, odds))


def _judged(probability: float) -> float:
    return JUDGE * log(max(LEAST, probability))


def _reasons(witnesses: Sequence[Witness], odds: StanceOdds) -> tuple[str, ...]:
    rules = tuple(f"{witness.stance}:{witness.rule}" for witness in witnesses if witness.signal is None)
    likeliest = max(("favor", "against", "mixed", "none"), key=lambda name: float(getattr(odds, name)))
    return (*rules, f"{likeliest}:judge")


def strengths(witnesses: Sequence[Witness]) -> tuple[float, float, float]:
    """How strongly favor, against and mixed are shown, signals left out."""
    favor, against, mixed = (_strength(witnesses, stance) for stance in (Stance.FAVOR, Stance.AGAINST, Stance.MIXED))
    return favor, against, mixed


def _strength(witnesses: Sequence[Witness], stance: Stance) -> float:
    """How strongly one stance is shown: by its best witness, a little more by each other."""
    weights = sorted((w.weight for w in witnesses if w.stance is stance and w.signal is None), reverse=True)
    return weights[0] + FURTHER * sum(weights[1:]) if weights else 0.0

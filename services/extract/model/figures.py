"""How well guesses agree with labels, and how honest their probabilities are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from services.extract.model.recipe import STANCES

LOWEST, HIGHEST, STEPS = 0.3, 4.0, 75
BINS = 10


def macro_f1(labels: Sequence[str], guesses: Sequence[str]) -> float:
    """The mean F1 over the classes that occur among the labels; other guesses count as none."""
    classes = sorted(set(labels))
    counted = [guess if guess in classes else "none" for guess in guesses]
    return sum(_f1(labels, counted, stance) for stance in classes) / len(classes)


def best_guesses(logits: NDArray[np.float64]) -> list[str]:
    """The likeliest stance of each row."""
    return [STANCES[number] for number in logits.argmax(axis=1).tolist()]


def fit_temperature(logits: NDArray[np.float64], labels: Sequence[str]) -> float:
    """The divisor of the logits under which the labels are likeliest."""
    gold = np.array([STANCES.index(label) for label in labels])
    grid = np.geomspace(LOWEST, HIGHEST, STEPS).tolist()
    return float(min(grid, key=_surprise_of(logits, gold)))


def calibration_error(logits: NDArray[np.float64], labels: Sequence[str], temperature: float) -> float:
    """The mean gap between confidence and accuracy over ten bins."""
    odds = np.exp(_log_odds(logits / temperature))
    sure, right = odds.max(axis=1), odds.argmax(axis=1) == np.array([STANCES.index(label) for label in labels])
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(sum(abs(sure[bins == b].sum() - right[bins == b].sum()) for b in range(BINS)) / len(labels))


def _f1(labels: Sequence[str], guesses: Sequence[str], stance: str) -> float:
    hits = sum(label == guess == stance for label, guess in zip(labels, guesses, strict=True))
    return 2 * hits / max(1, labels.count(stance) + guesses.count(stance))


def _surprise_of(logits: NDArray[np.float64], gold: NDArray[np.int64]) -> Callable[[float], float]:
    return lambda temperature: float(-_log_odds(logits / temperature)[np.arange(len(gold)), gold].mean())


def _log_odds(scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = scaled - scaled.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))

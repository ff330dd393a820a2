"""Precision, recall and F1 over sets; macro-F1 and calibration over answers."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """How much of what was to be found was found, and how much of what was found was right."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        both = self.found + self.wanted
        return 2 * self.right / both if both else 0.0

    def __add__(self, other: "Found") -> "Found":
        return Found(self.right + other.right, self.found + other.found, self.wanted + other.wanted)


NOTHING = Found(0, 0, 0)


def compare(found: AbstractSet[Hashable], wanted: AbstractSet[Hashable]) -> Found:
    """Count what two sets share."""
    return Found(len(found & wanted), len(found), len(wanted))


def macro_f1(answers: list[str], gold: list[str]) -> float:
    """The mean of the F1 of each class that the gold knows."""
    classes = sorted(set(gold))
    pairs = list(zip(answers, gold, strict=True))
    each = [Found(sum(a == g == name for a, g in pairs), answers.count(name), gold.count(name)).f1 for name in classes]
    return sum(each) / len(each) if each else 0.0


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The expected gap between how sure and how right, over ten bins of confidence (Guo et al. 2017)."""
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, correct in zip(confidences, right, strict=True):
        bins[min(BINS - 1, int(confidence * BINS))].append((confidence, correct))
    gaps = (abs(sum(c for c, _ in each) - sum(r for _, r in each)) for each in bins.values())
    return sum(gaps) / len(confidences) if confidences else 0.0

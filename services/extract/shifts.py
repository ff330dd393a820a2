"""Which changes of position a timeline shows, each with its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from services.extract.positions import Period, read_periods
from services.extract.timeline import Testimony, Timeline, Weights
from shared.vocabulary import ShiftKind, Stance


@dataclass(frozen=True, slots=True)
class ShiftRules:
    """`burden`: nats of evidence that a change of position must bring."""

    weights: Weights
    burden: float


# Measured on the storylines' gold statements at a confidence of 0.85 in own words and 0.7 else: every burden from
# 0.5 to 2.4 finds 8 of 8 shifts and no other, in any order of arrival.
STANDARD_RULES = ShiftRules(weights=Weights(ceiling=3.0, hearsay=0.5), burden=1.4)


class ShiftReason(StrEnum):
    """Which kind of evidence carried the change."""

    ONE_CLEAR_STATEMENT = "one_clear_statement"
    SEVERAL_ARTICLES = "several_articles"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a shift: the statement that is quoted for it, and every statement that counts for it."""

    stance: Stance
    quoted: int
    statements: tuple[int, ...]
    articles: int
    support: float


@dataclass(frozen=True, slots=True)
class ShiftDraft:
    """A change of position; `at` and `article_url` are those of the article that first shows it."""

    kind: ShiftKind
    before: Side
    after: Side
    article_url: str
    at: datetime
    confidence: float
    reason: ShiftReason


def detect_shifts(timeline: Timeline, *, rules: ShiftRules) -> tuple[ShiftDraft, ...]:
    """Return every change between two neighbouring periods, in order; the first known position is a baseline."""
    periods = read_periods(timeline.testimonies, burden=rules.burden)
    return tuple(_shift(before, after, rules) for before, after in pairwise(periods))


def kind_of(before: Stance, after: Stance) -> ShiftKind:
    """Name a change: to mixed is a retreat, from mixed a commitment, between the poles a reversal."""
    if after is Stance.MIXED:
        return ShiftKind.RETREAT
    return ShiftKind.COMMITMENT if before is Stance.MIXED else ShiftKind.REVERSAL


def _shift(before: Period, after: Period, rules: ShiftRules) -> ShiftDraft:
    first, last = _quotable(after.agreeing, rules), _quotable(before.agreeing[::-1], rules)
    alone = any(testimony.weight > rules.burden for testimony in after.agreeing)
    return ShiftDraft(
        kind=kind_of(before.stance, after.stance),
        before=_side(before, last.shown_by.statement_id),
        after=_side(after, first.shown_by.statement_id),
        article_url=first.article_url,
        at=first.published_at,
        confidence=round(_likelihood(before.support, rules) * _likelihood(after.support, rules), 3),
        reason=ShiftReason.ONE_CLEAR_STATEMENT if alone else ShiftReason.SEVERAL_ARTICLES,
    )


def _quotable(testimonies: tuple[Testimony, ...], rules: ShiftRules) -> Testimony:
    """The first that would carry a change together with one like it; a hint that only fits in hindsight is no quote."""
    return next((each for each in testimonies if each.weight > rules.burden / 2), testimonies[0])


def _side(period: Period, quoted: int) -> Side:
    return Side(
        stance=period.stance,
        quoted=quoted,
        statements=tuple(number for testimony in period.agreeing for number in testimony.agreeing),
        articles=len(period.agreeing),
        support=period.support,
    )


def _likelihood(support: float, rules: ShiftRules) -> float:
    """Turn nats back into a probability among three stances; no side is surer than one article may be."""
    odds = math.exp(min(support, rules.weights.ceiling))
    return odds / (odds + 2)

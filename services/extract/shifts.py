"""Which changes of position a timeline shows, each with its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from services.extract.positions import Period, read_periods
from services.extract.timeline import DatedStatement, Timeline, Weights
from shared.vocabulary import ShiftBasis, ShiftKind, Stance


@dataclass(frozen=True, slots=True)
class ShiftRules:
    """Nats of evidence that a change of position must bring; each amount grows with the logarithm of the articles.

    The more readings, the more strays among them look like a change; a penalty that grows with the logarithm of their
    number is the usual answer (Yao 1988, after Schwarz 1978). `confirming` is asked beside `growth` of the latest
    change, which nothing that came later has borne out; it waits for that as long as `patience` after its publication.
    """

    weights: Weights
    least: float
    growth: float
    confirming: float
    patience: timedelta = timedelta(days=30)

    def burden(self, timeline: Timeline) -> float:
        """Return what any change on this timeline must bring."""
        return self.least + self.growth * _log_count(timeline)

    def burden_of_the_latest(self, timeline: Timeline) -> float:
        """Return what must agree with the latest change before people are told of it."""
        return self.burden(timeline) + self.confirming * _log_count(timeline)


# What several articles together may add up to on one side: 0.94 among three stances.
MOST_SUPPORT = 3.5
# Ceiling and growth: what is read from the ten storylines shows the same 4 of 8 shifts and no false one as with 3.5 and
# 0.6, and what is read from 3,609 articles of 2016 shows 14 shifts where it showed 23, nearly all misread: an article
# alone is less sure than its words sound. Confirming: best of those tried in benchmarks/shift_rules.py.
# Hearsay: of 51 statements read from news of 2016, about seven in ten in own words were right and five in ten others.
# Least: with the storylines' gold statements at a confidence of 0.85 (0.7 where not in own words), everything from
# 0.0 to 1.0 finds 8 of 8 shifts and no other, in any order of arrival; 116 statements of 73 articles of 2016 show 13
# shifts at 0.0, 9 at 0.2, 3 from 0.5 to 1.0, none of them real. 0.8 keeps off both edges.
STANDARD_RULES = ShiftRules(weights=Weights(ceiling=2.5, hearsay=0.5), least=0.8, growth=0.75, confirming=0.4)


class ShiftReason(StrEnum):
    """Which kind of evidence carried the change."""

    ONE_CLEAR_STATEMENT = "one_clear_statement"
    SEVERAL_ARTICLES = "several_articles"
    BORNE_OUT_BY_REPORTS = "borne_out_by_reports"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a shift: the statement that is quoted for it, and the places of the articles that bear it out."""

    stance: Stance
    quoted: int
    places: tuple[int, ...]
    support: float
    timeline: Timeline = field(compare=False, repr=False)
    reports: int = 0

    @property
    def articles(self) -> int:
        """How many articles bear this side out by what they quote or report; copies are none of them."""
        return len(self.places) + self.reports

    @property
    def statements(self) -> tuple[int, ...]:
        """The statements that count for this side."""
        return tuple(number for place in self.places for number in self.timeline.testimony(place).agreeing)


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
    pending: bool = False
    basis: ShiftBasis = ShiftBasis.SHOWN


def detect_shifts(timeline: Timeline, *, rules: ShiftRules) -> tuple[ShiftDraft, ...]:
    """Return every change between two neighbouring periods, in order; the first known position is a baseline."""
    return tuple(change for change in read_changes(timeline, rules=rules) if not change.pending)


def read_changes(timeline: Timeline, *, rules: ShiftRules) -> tuple[ShiftDraft, ...]:
    """Return the changes that `detect_shifts` returns, and the latest one while it waits for a second witness."""
    burden = rules.burden(timeline)
    periods = read_periods(timeline, burden=burden)
    changes = tuple(_change(timeline, *pair, burden=burden) for pair in pairwise(periods))
    if not changes or periods[-1].agreement >= rules.burden_of_the_latest(timeline):
        return changes
    return (*changes[:-1], replace(changes[-1], pending=True))


def kind_of(before: Stance, after: Stance) -> ShiftKind:
    """Name a change: to mixed is a retreat, from mixed a commitment, between the poles a reversal."""
    if after is Stance.MIXED:
        return ShiftKind.RETREAT
    return ShiftKind.COMMITMENT if before is Stance.MIXED else ShiftKind.REVERSAL


def _change(timeline: Timeline, before: Period, after: Period, *, burden: float) -> ShiftDraft:
    first = _quotable(timeline, after.agreeing, burden)
    last = _quotable(timeline, before.agreeing[::-1], burden)
    alone = any(timeline.weights[place] > burden for place in after.agreeing)
    return ShiftDraft(
        kind=kind_of(before.stance, after.stance),
        before=Side(before.stance, last.statement_id, before.agreeing, before.support, timeline),
        after=Side(after.stance, first.statement_id, after.agreeing, after.support, timeline),
        article_url=first.article_url,
        at=first.published_at,
        confidence=round(_likelihood(before.support) * _likelihood(after.support), 3),
        reason=ShiftReason.ONE_CLEAR_STATEMENT if alone else ShiftReason.SEVERAL_ARTICLES,
    )


def _quotable(timeline: Timeline, places: tuple[int, ...], burden: float) -> DatedStatement:
    """The first that would carry a change together with one like it; a hint that only fits in hindsight is no quote."""
    place = next((each for each in places if timeline.weights[each] > burden / 2), places[0])
    return timeline.shown_by[place]


def _likelihood(support: float) -> float:
    """Turn nats back into a probability among three stances; articles that agree are not independent for ever."""
    odds = math.exp(min(support, MOST_SUPPORT))
    return odds / (odds + 2)


def _log_count(timeline: Timeline) -> float:
    return math.log(max(len(timeline.weights), 1))

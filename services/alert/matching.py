"""Whether a shift or a pressure is what a subscription asked for, with the reason why or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.alert.values import PressureReport, ShiftReport, Wishes
from shared.vocabulary import Arrival, ShiftStatus, SignalKind


class WhyAlerted(StrEnum):
    """How closely the subscription named what happened."""

    FIGURE_AND_ISSUE = "asked_for_figure_and_issue"
    FIGURE = "asked_for_figure"
    ISSUE = "asked_for_issue"
    EVERYTHING = "asked_for_everything"
    NAMED = "somebody_named_the_address"


class WhyNot(StrEnum):
    """The first wish that is not met."""

    SHIFT_PENDING = "shift_waits_for_a_second_witness"
    SHIFT_DISPROVED = "shift_disproved"
    PRESSURE_OVER = "pressure_is_over"
    NO_EARLY_WARNINGS = "no_early_warnings_wished"
    OTHER_FIGURE = "other_figure"
    OTHER_ISSUE = "other_issue"
    OTHER_KIND = "other_kind"
    OTHER_OUTLET = "other_outlet"
    BELOW_CONFIDENCE = "below_confidence"
    NOT_OWN_WORDS = "not_own_words"
    HISTORY = "history_when_its_feed_was_added"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Matched:
    """The subscription asked for this."""

    reason: WhyAlerted


@dataclass(frozen=True, slots=True)
class Missed:
    """The subscription did not ask for this."""

    reason: WhyNot


Verdict = Matched | Missed


def match(report: ShiftReport, wishes: Wishes, *, now: datetime) -> Verdict:
    """Hold a shift against a subscription's wishes; an empty wish excludes nothing."""
    unmet = {
        WhyNot.SHIFT_PENDING: report.status is ShiftStatus.PENDING,
        WhyNot.SHIFT_DISPROVED: report.status is not ShiftStatus.STANDING,
        WhyNot.OTHER_FIGURE: wishes.figures and report.figure_id not in wishes.figures,
        WhyNot.OTHER_ISSUE: wishes.issues and report.issue_id not in wishes.issues,
        WhyNot.OTHER_KIND: wishes.kinds and report.kind not in wishes.kinds,
        WhyNot.OTHER_OUTLET: wishes.outlets and report.after.outlet not in wishes.outlets,
        WhyNot.BELOW_CONFIDENCE: report.confidence < wishes.minimum_confidence,
        WhyNot.NOT_OWN_WORDS: wishes.own_words_only and not report.after.own_words,
        WhyNot.HISTORY: report.arrived is Arrival.HISTORY,
        WhyNot.PAUSED: _is_paused(wishes, now),
    }
    return _verdict(unmet, wishes)


def match_pressure(report: PressureReport, wishes: Wishes, *, now: datetime) -> Verdict:
    """Hold a pressure against a subscription's wishes; it has no kind, no confidence and no words of the figure's."""
    unmet = {
        WhyNot.NO_EARLY_WARNINGS: SignalKind.PRESSURE not in wishes.signals,
        WhyNot.PRESSURE_OVER: report.over,
        WhyNot.OTHER_FIGURE: wishes.figures and report.figure_id not in wishes.figures,
        WhyNot.OTHER_ISSUE: wishes.issues and report.issue_id not in wishes.issues,
        WhyNot.OTHER_OUTLET: wishes.outlets and not set(wishes.outlets) & set(report.outlets),
        WhyNot.HISTORY: report.arrived is Arrival.HISTORY,
        WhyNot.PAUSED: _is_paused(wishes, now),
    }
    return _verdict(unmet, wishes)


def _verdict(unmet: Mapping[WhyNot, object], wishes: Wishes) -> Verdict:
    reason = next((why for why, holds in unmet.items() if holds), None)
    return Matched(_closeness(wishes)) if reason is None else Missed(reason)


def _is_paused(wishes: Wishes, now: datetime) -> bool:
    return wishes.paused_until is not None and now < wishes.paused_until


def _closeness(wishes: Wishes) -> WhyAlerted:
    match (bool(wishes.figures), bool(wishes.issues)):
        case (True, True):
            return WhyAlerted.FIGURE_AND_ISSUE
        case (True, False):
            return WhyAlerted.FIGURE
        case (False, True):
            return WhyAlerted.ISSUE
        case _:
            return WhyAlerted.EVERYTHING

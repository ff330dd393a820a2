"""Whether a shift is what a subscription asked for, with the reason why or why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.alert.values import ShiftReport, Subscriber, Wishes
from shared.vocabulary import ShiftStatus


class WhyAlerted(StrEnum):
    """How closely the subscription named what happened."""

    FIGURE_AND_ISSUE = "asked_for_figure_and_issue"
    FIGURE = "asked_for_figure"
    ISSUE = "asked_for_issue"
    EVERYTHING = "asked_for_everything"


class WhyNot(StrEnum):
    """The first wish that the shift does not meet."""

    SHIFT_DISPROVED = "shift_disproved"
    OTHER_FIGURE = "other_figure"
    OTHER_ISSUE = "other_issue"
    OTHER_KIND = "other_kind"


@dataclass(frozen=True, slots=True)
class Matched:
    """The subscription asked for this."""

    reason: WhyAlerted


@dataclass(frozen=True, slots=True)
class Missed:
    """The subscription did not ask for this."""

    reason: WhyNot


Verdict = Matched | Missed


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert that is to be raised, and why."""

    subscriber: Subscriber
    reason: WhyAlerted


def match(report: ShiftReport, wishes: Wishes) -> Verdict:
    """Hold a shift against a subscription's wishes; an empty wish excludes nothing."""
    if report.status is not ShiftStatus.STANDING:
        return Missed(WhyNot.SHIFT_DISPROVED)
    if wishes.figures and report.figure_id not in wishes.figures:
        return Missed(WhyNot.OTHER_FIGURE)
    if wishes.issues and report.issue_id not in wishes.issues:
        return Missed(WhyNot.OTHER_ISSUE)
    if wishes.kinds and report.kind not in wishes.kinds:
        return Missed(WhyNot.OTHER_KIND)
    return Matched(_closeness(wishes))


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

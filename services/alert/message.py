"""What a person is told about a shift, in words, before any channel gives it a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from services.alert.matching import WhyAlerted
from services.alert.values import ShiftReport
from shared.vocabulary import ShiftKind, Stance


class MessageType(StrEnum):
    """What a message says, in the words that webhooks carry."""

    DETECTED = "shift.detected"


class Rating(StrEnum):
    """A change of position as PolitiFact's Flip-O-Meter rates it."""

    HALF_FLIP = "Half flip"
    FULL_FLOP = "Full flop"


STANCE_WORDS: Mapping[Stance, str] = {
    Stance.FAVOR: "in favor",
    Stance.AGAINST: "against",
    Stance.MIXED: "mixed",
    Stance.NONE: "unknown",
}
_RATINGS: Mapping[ShiftKind, Rating] = {
    ShiftKind.REVERSAL: Rating.FULL_FLOP,
    ShiftKind.COMMITMENT: Rating.HALF_FLIP,
    ShiftKind.RETREAT: Rating.HALF_FLIP,
}
_KIND_WORDS: Mapping[ShiftKind, str] = {
    ShiftKind.REVERSAL: "changed sides",
    ShiftKind.COMMITMENT: "took a side",
    ShiftKind.RETREAT: "left a side",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why and when an alert was raised, and for whom."""

    subscription: str
    reason: WhyAlerted
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One alert, ready to be given a channel's form."""

    type: MessageType
    report: ShiftReport
    occasion: Occasion
    subject: str
    headline: str
    change: str
    rating: Rating
    why: str
    url: str


def write_message(report: ShiftReport, occasion: Occasion, *, public_url: str) -> Message:
    """Say what happened, how large a change it is, and why this subscription hears of it."""
    before, after = STANCE_WORDS[report.from_stance], STANCE_WORDS[report.to_stance]
    return Message(
        type=MessageType.DETECTED,
        report=report,
        occasion=occasion,
        subject=f"{report.figure_name} on {report.issue_name}: {before} → {after}",
        headline=f"{report.figure_name} {_KIND_WORDS[report.kind]} on {report.issue_name}",
        change=f"from {before} to {after}",
        rating=_RATINGS[report.kind],
        why=_why(report, occasion),
        url=timeline_url(report, public_url=public_url),
    )


def timeline_url(report: ShiftReport, *, public_url: str) -> str:
    """Return where a reader sees all statements of this figure on this issue."""
    figure, issue = quote(report.figure_id, safe=""), quote(report.issue_id, safe="")
    return f"{public_url.rstrip('/')}/figures/{figure}/issues/{issue}"


def _why(report: ShiftReport, occasion: Occasion) -> str:
    follows = {
        WhyAlerted.FIGURE_AND_ISSUE: f"{report.figure_name} on {report.issue_name}",
        WhyAlerted.FIGURE: report.figure_name,
        WhyAlerted.ISSUE: report.issue_name,
        WhyAlerted.EVERYTHING: "every figure and issue",
    }[occasion.reason]
    return f"The subscription “{occasion.subscription}” follows {follows}."

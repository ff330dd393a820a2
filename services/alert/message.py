"""What a person is told about a shift, in words, before any channel gives it a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.alert.matching import WhyAlerted
from services.alert.values import PressureReport, ShiftReport
from shared.links import manage_url, timeline_url, unsubscribe_url
from shared.vocabulary import News, ShiftBasis, ShiftKind, Stance, WhyWithdrawn


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
    """Which shift or pressure an alert was raised on, why, when and for whom; `note` is what else there is to tell.

    `instead_of` is the shift that was told before, where this one stands in its place.
    """

    subscription: str
    reason: WhyAlerted
    raised_at: datetime
    shift_id: int | None
    stands: bool = True
    token: str = ""
    news: News = News.DETECTED
    note: str = ""
    pressure_id: int | None = None
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """Our own pages that a message leads to; without a token there is nothing to manage."""

    timeline: str
    manage: str
    unsubscribe: str


@dataclass(frozen=True, slots=True)
class Message:
    """One alert, ready to be given a channel's form; `disproved` is the shift that a correction replaces."""

    news: News
    report: ShiftReport
    disproved: ShiftReport | None
    occasion: Occasion
    subject: str
    headline: str
    notice: str
    change: str
    rating: Rating
    why: str
    links: Links


def write_message(
    report: ShiftReport, occasion: Occasion, *, public_url: str, disproved: ShiftReport | None = None
) -> Message:
    """Say what happened, how large a change it is, and why this subscription hears of it."""
    before, after = STANCE_WORDS[report.from_stance], STANCE_WORDS[report.to_stance]
    turn = f"{report.figure_name} on {report.issue_name}: {before} → {after}"
    return Message(
        news=occasion.news,
        report=report,
        disproved=disproved,
        occasion=occasion,
        subject=_subject(occasion, turn),
        headline=_headline(report, occasion),
        notice=_notice(report, occasion, disproved),
        change=f"from {before} to {after}",
        rating=_RATINGS[report.kind],
        why=why_told(report, occasion),
        links=links_of(report, occasion, public_url),
    )


def _subject(occasion: Occasion, turn: str) -> str:
    return {
        News.DETECTED: turn,
        News.CORRECTED: f"Correction: {turn}",
        News.WITHDRAWN: f"Withdrawn: {turn}",
        News.ENDPOINT_DISABLED: f"The webhook of “{occasion.subscription}” is switched off",
        News.PING: f"Test: {turn}",
    }[occasion.news]


def _headline(report: ShiftReport, occasion: Occasion) -> str:
    turned = _KIND_WORDS[report.kind]
    said = f"is said to have {turned}" if report.basis is ShiftBasis.REPORTED else turned
    who, what = report.figure_name, f"{said} on {report.issue_name}"
    return {
        News.DETECTED: f"{who} {what}",
        News.CORRECTED: f"Correction: when and how {who} {what}",
        News.WITHDRAWN: f"Withdrawn: {who} {what}",
        News.ENDPOINT_DISABLED: f"The webhook of “{occasion.subscription}” is switched off",
        News.PING: f"Test: {who} {what}",
    }[occasion.news]


def _notice(report: ShiftReport, occasion: Occasion, disproved: ShiftReport | None) -> str:
    if occasion.news is News.DETECTED and report.basis is ShiftBasis.REPORTED:
        return "The press reports this; no quote of the figure's own at hand shows it."
    if occasion.news is News.CORRECTED and disproved is None:
        return "We had withdrawn this alert. By the articles that reached us since, it stands again."
    told = f" We had told you of “{disproved.after.title}” ({disproved.after.outlet})." if disproved else ""
    return {
        News.DETECTED: "",
        News.CORRECTED: f"An article that reached us later shows this change of position by other statements.{told}",
        News.WITHDRAWN: f"{_why_withdrawn(report)} Please disregard our alert.",
        News.ENDPOINT_DISABLED: f"No more alerts are sent to its address: {occasion.note}."
        " Mend it, switch it on again, and what was missed can be sent anew.",
        News.PING: "Nothing has happened: this is what an alert looks like. The figure and the quotes are invented.",
    }[occasion.news]


def _why_withdrawn(report: ShiftReport) -> str:
    later = "With the articles that reached us later, these statements no longer show a change of position."
    return {
        WhyWithdrawn.REJECTED: "A person who checked it found that this was misread.",
        WhyWithdrawn.WAITS_AGAIN: "With what reached us later, this rests on one witness alone, which is not enough.",
    }.get(WhyWithdrawn(report.withdrawn_because or WhyWithdrawn.NO_LONGER_SHOWN), later)


def why_told(report: ShiftReport | PressureReport, occasion: Occasion) -> str:
    """Say what of its wishes made a subscription hear of this."""
    follows = {
        WhyAlerted.FIGURE_AND_ISSUE: f"{report.figure_name} on {report.issue_name}",
        WhyAlerted.FIGURE: report.figure_name,
        WhyAlerted.ISSUE: report.issue_name,
        WhyAlerted.EVERYTHING: "every figure and issue",
        WhyAlerted.NAMED: "every figure and issue",
    }[occasion.reason]
    return f"The subscription “{occasion.subscription}” follows {follows}."


def links_of(report: ShiftReport | PressureReport, occasion: Occasion, public_url: str) -> Links:
    """Return our pages on this figure, issue and subscription."""
    timeline = timeline_url(public_url, report.figure_id, report.issue_id)
    if not occasion.token:
        return Links(timeline, manage="", unsubscribe="")
    return Links(timeline, manage_url(public_url, occasion.token), unsubscribe_url(public_url, occasion.token))

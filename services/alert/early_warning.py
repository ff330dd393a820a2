"""What a person is told of pressure on a figure, in words: an early warning, and no change of position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.alert.message import STANCE_WORDS, Links, Message, Occasion, links_of, why_told
from services.alert.values import PressureReport
from shared.vocabulary import News, Stance


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """One early warning, ready to be given a channel's form."""

    news: News
    report: PressureReport
    occasion: Occasion
    subject: str
    headline: str
    notice: str
    why: str
    links: Links


Telling = Message | EarlyWarning


def write_warning(report: PressureReport, occasion: Occasion, *, public_url: str) -> EarlyWarning:
    """Say who is pressed over what by how many, or that a webhook that should have been told is switched off."""
    subject = f"Pressure on {report.figure_name} over {report.issue_name}: {_counted(report)}"
    switched_off = f"The webhook of “{occasion.subscription}” is switched off"
    off = occasion.news is News.ENDPOINT_DISABLED
    return EarlyWarning(
        news=occasion.news,
        report=report,
        occasion=occasion,
        subject=switched_off if off else subject,
        headline=switched_off if off else subject,
        notice=_switched_off(occasion) if off else _notice(report),
        why=why_told(report, occasion),
        links=links_of(report, occasion, public_url),
    )


def counted(messages: Sequence[Telling]) -> str:
    """Say what a digest holds."""
    warnings = sum(message.news is News.PRESSURE for message in messages)
    if warnings == 0:
        return f"{len(messages)} changes of position"
    if warnings == len(messages):
        return f"{warnings} early warnings"
    return f"{len(messages)} alerts, {warnings} of them early warnings"


def _counted(report: PressureReport) -> str:
    """Name outlets only where there are as many of them as stories; two stories of one paper are one outlet."""
    sources = "outlets" if len(report.outlets) == report.sources else "independent stories"
    days = (report.until.date() - report.since.date()).days + 1
    return f"{report.sources} {sources} in {days} {'day' if days == 1 else 'days'}"


def _notice(report: PressureReport) -> str:
    asked = (
        f" Those that say what they ask for want {report.figure_name} to be {STANCE_WORDS[report.toward]}."
        if report.toward is not Stance.NONE
        else ""
    )
    return (
        "This is an early warning and no change of position: others press"
        f" {report.figure_name}, whose own position is mixed or not known.{asked}"
    )


def _switched_off(occasion: Occasion) -> str:
    return (
        f"No more alerts are sent to its address: {occasion.note}."
        " Mend it, switch it on again, and what was missed can be sent anew."
    )

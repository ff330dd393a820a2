"""Why what was published raised no alert, article by article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.extract.explain import Explanation, Part, Step
from services.extract.reported_shifts import ENOUGH_STORIES
from services.extract.timeline import LeftOut
from shared.vocabulary import ShiftBasis


class WhySilent(StrEnum):
    """What an article that raised no alert lacked."""

    FIRST_KNOWN = "first_known_position"  # what a change would start from
    SAME_POSITION = "same_position"
    TOO_LITTLE = "too_little_for_a_position"
    OUTWEIGHED = "outweighed_by_what_stands_around_it"
    WAITS = "waits_for_a_second_witness"
    COPY = "copy_of_a_story"
    REPEATED_WORDS = "repeated_words"
    CONTRADICTS_ITSELF = "article_contradicts_itself"
    REJECTED = "rejected_by_a_person"
    ONE_REPORT = "one_report_of_a_turn_only"


@dataclass(frozen=True, slots=True)
class Silence:
    """One article, why it raised no alert, and how many nats it had of those that it needed, where that decided."""

    at: datetime
    article_url: str
    reason: WhySilent
    weight: float = 0.0
    needed: float = 0.0


BY_PART = {
    Part.BASELINE: WhySilent.FIRST_KNOWN,
    Part.RESTATEMENT: WhySilent.SAME_POSITION,
    Part.HINT: WhySilent.TOO_LITTLE,
    Part.STRAY: WhySilent.OUTWEIGHED,
    Part.PENDING_TURN: WhySilent.WAITS,
}
BY_OMISSION = {
    LeftOut.COPY: WhySilent.COPY,
    LeftOut.REPEATED_WORDS: WhySilent.REPEATED_WORDS,
    LeftOut.OUTWEIGHED: WhySilent.CONTRADICTS_ITSELF,
    LeftOut.REJECTED: WhySilent.REJECTED,
}


def why_silent(explanation: Explanation) -> tuple[Silence, ...]:
    """Return a reason for every article that raised no alert, in order of publication."""
    reasons = {*_of_steps(explanation), *_of_omissions(explanation), *_of_reports(explanation)}
    return tuple(sorted(reasons, key=lambda one: (one.at, one.article_url, one.reason)))


def _of_steps(explanation: Explanation) -> Iterator[Silence]:
    for step in explanation.steps:
        if step.part is not Part.TURN:
            one = step.testimony
            needed = _needed(explanation, step)
            weight = round(one.weight, 4) if needed else 0.0
            yield Silence(one.published_at, one.article_url, BY_PART[step.part], weight, round(needed, 4))


def _needed(explanation: Explanation, step: Step) -> float:
    if step.part is Part.PENDING_TURN:
        return explanation.burden_of_the_latest
    return explanation.burden if step.part in (Part.STRAY, Part.HINT) else 0.0


def _of_omissions(explanation: Explanation) -> Iterator[Silence]:
    statements = {statement.statement_id: statement for statement in explanation.statements}
    counted = {step.testimony.article_url for step in explanation.steps}
    for omission in explanation.left_out:
        one = statements[omission.statement_id]
        if one.article_url not in counted:
            yield Silence(one.published_at, one.article_url, BY_OMISSION[omission.reason])


def _of_reports(explanation: Explanation) -> Iterator[Silence]:
    if any(change.basis is ShiftBasis.REPORTED for change in explanation.changes):
        return
    if len({report.story_id for report in explanation.reports}) < ENOUGH_STORIES:
        for report in explanation.reports:
            yield Silence(report.published_at, report.article_url, WhySilent.ONE_REPORT)

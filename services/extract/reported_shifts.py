"""What the press says of a turn, beside what the quotes show: it bears out a pending shift, or stands for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from services.extract.positions import Held, current_position, read_periods
from services.extract.shifts import ShiftDraft, ShiftReason, ShiftRules, Side, kind_of
from services.extract.timeline import STANCE_OF, DatedStatement, Timeline
from shared.vocabulary import Decision, ShiftBasis, Stance

# One outlet may misread; a copy is no second source. Who says it of himself needs nobody else.
ENOUGH_STORIES = 2
# Reports of one turn come within days of it; what is said a month apart is said of different things.
TOGETHER = timedelta(days=30)
# How sure a shift may be that no quote shows; below what one clear quote on each side gives.
REPORTED = 0.6
OPPOSITE = {Stance.FAVOR: Stance.AGAINST, Stance.AGAINST: Stance.FAVOR}


def with_reports(
    changes: Sequence[ShiftDraft], timeline: Timeline, reports: Sequence[DatedStatement], *, rules: ShiftRules
) -> tuple[ShiftDraft, ...]:
    """Return the changes that a timeline shows, with what reports of a turn add to them.

    A pending change is borne out by one report of a turn at its time that does not say the other way. Where nothing is
    pending, reports since the position was last shown make a change of their own: two independent ones, or one in the
    actor's own words, of a turn away from a position that is known.
    """
    heard = sorted(report for report in reports if report.decided != Decision.REJECT)
    if not heard:
        return tuple(changes)
    if changes and changes[-1].pending:
        return (*changes[:-1], _borne_out(changes[-1], heard))
    reported = _reported(timeline, heard, rules=rules)
    return (*changes, reported) if reported is not None else tuple(changes)


def _borne_out(change: ShiftDraft, heard: Sequence[DatedStatement]) -> ShiftDraft:
    says_so = any(
        abs(report.published_at - change.at) <= TOGETHER and report.stance in (change.after.stance, Stance.NONE)
        for report in heard
    )
    return replace(change, pending=False, reason=ShiftReason.BORNE_OUT_BY_REPORTS) if says_so else change


def _reported(timeline: Timeline, heard: Sequence[DatedStatement], *, rules: ShiftRules) -> ShiftDraft | None:
    burden = rules.burden(timeline)
    periods = read_periods(timeline, burden=burden)
    position = current_position(periods, burden=burden)
    if not isinstance(position, Held):
        return None
    last = timeline.shown_by[periods[-1].agreeing[-1]]
    since = [report for report in heard if report.published_at > last.published_at]
    together = [report for report in since if report.published_at - since[0].published_at <= TOGETHER]
    led_to = _led_to(position.stance, together)
    told = _independent([report for report in together if report.stance in (led_to, Stance.NONE)])
    if led_to is None or not (len(told) >= ENOUGH_STORIES or any(report.own_words for report in told)):
        return None
    return ShiftDraft(
        kind=kind_of(position.stance, led_to),
        before=Side(position.stance, last.statement_id, periods[-1].agreeing, periods[-1].support, timeline),
        after=Side(led_to, told[0].statement_id, (), 0.0, timeline, reports=len(told)),
        article_url=told[0].article_url,
        at=told[0].published_at,
        confidence=REPORTED,
        reason=ShiftReason.REPORTED,
        basis=ShiftBasis.REPORTED,
    )


def _led_to(held: Stance, reports: Sequence[DatedStatement]) -> Stance | None:
    """Where the turn led: what the reports say, else the other pole; from a mixed position nobody can guess."""
    said = {STANCE_OF[report.stance] for report in reports} - {Stance.NONE, held}
    if len(said) == 1:
        return said.pop()
    return OPPOSITE.get(held) if not said else None


def _independent(reports: Sequence[DatedStatement]) -> list[DatedStatement]:
    """Return the first report of each story, and of the same words the first."""
    stories: dict[int, DatedStatement] = {}
    words: set[int] = set()
    for report in reports:
        if report.words not in words:
            stories.setdefault(report.story_id, report)
        words.add(report.words)
    return list(stories.values())

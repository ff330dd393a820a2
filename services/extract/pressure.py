"""Whether a figure is pressed: early warning while the figure still straddles or says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.extract.positions import Held, current_position, read_periods
from services.extract.shifts import ShiftRules
from services.extract.timeline import STANCE_OF, DatedStatement, Timeline
from shared.vocabulary import Arrival, Decision, Stance

# A campaign lasts about two weeks in the news; one call repeated in three stories is more than a press release.
WINDOW = timedelta(days=14)
LEAST_SOURCES = 3


@dataclass(frozen=True, slots=True)
class Pressing:
    """So many independent stories press a figure within a window; `toward` is `none` where they do not agree."""

    toward: Stance
    sources: int
    since: datetime
    until: datetime
    statement_id: int
    arrived: Arrival = Arrival.LIVE

    def is_news_after(self, until: datetime) -> bool:
        """Whether all of its calls came after those of an earlier pressure."""
        return self.since > until


def read_pressure(timeline: Timeline, calls: Sequence[DatedStatement], *, rules: ShiftRules) -> Pressing | None:
    """Return the latest pressure on a figure that has not taken a side since, if there is enough of it."""
    counted = sorted(call for call in calls if call.decided != Decision.REJECT)
    found = _pressing(counted)
    if found is None or _has_a_side(timeline, rules):
        return None
    old = _pressing([call for call in counted if call.arrived == Arrival.HISTORY])
    # what was history already is no news because another article repeats it
    was_known = old is not None and not found.is_news_after(old.until)
    return replace(found, arrived=Arrival.HISTORY) if was_known else found


def _pressing(counted: Sequence[DatedStatement]) -> Pressing | None:
    if not counted:
        return None
    until = counted[-1].published_at
    lately = [call for call in counted if until - call.published_at <= WINDOW]
    stories = {call.story_id: call for call in reversed(lately)}
    words = {call.words for call in stories.values()}
    if min(len(stories), len(words)) < LEAST_SOURCES:
        return None
    asked = {STANCE_OF[call.stance] for call in stories.values()} - {Stance.NONE}
    toward = asked.pop() if len(asked) == 1 else Stance.NONE
    sources = min(len(stories), len(words))
    return Pressing(toward, sources, lately[0].published_at, until, lately[-1].statement_id)


def _has_a_side(timeline: Timeline, rules: ShiftRules) -> bool:
    burden = rules.burden(timeline)
    position = current_position(read_periods(timeline, burden=burden), burden=burden)
    return isinstance(position, Held) and position.stance is not Stance.MIXED

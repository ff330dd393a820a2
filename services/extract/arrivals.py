"""Whether a shift is history: the turn was shown already by what feeds held when they were first read."""

from __future__ import annotations

from collections.abc import Sequence

from services.extract.shifts import ShiftDraft, ShiftRules, detect_shifts
from services.extract.standing import StoredShift
from services.extract.timeline import DatedStatement, build_timeline
from shared.vocabulary import Arrival


def arrival_of(shift: StoredShift, statements: Sequence[DatedStatement], *, rules: ShiftRules) -> Arrival:
    """Tell whether the change is shown without any article of after it that came while we watched.

    It depends on what was published and how it came, not on which article happened to be read first.
    """
    old = [each for each in statements if each.arrived == Arrival.HISTORY or each.published_at < shift.at]
    if all(each.published_at < shift.at for each in old):
        return Arrival.LIVE
    shown = detect_shifts(build_timeline(old, weights=rules.weights), rules=rules)
    return Arrival.HISTORY if any(_is_same(draft, shift) for draft in shown) else Arrival.LIVE


def _is_same(draft: ShiftDraft, shift: StoredShift) -> bool:
    """The same direction, shown by the statement that is quoted for it."""
    turned = (draft.before.stance, draft.after.stance) == (shift.from_stance, shift.to_stance)
    return turned and shift.after_statement_id in draft.after.statements

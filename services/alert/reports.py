"""Shifts with both statements and both articles, as alerts speak of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col

from services.alert.rows import report_of, witness_of
from services.alert.values import ShiftReport
from shared.failures import PermanentFailure
from shared.tables import Article, Figure, Issue, Shift, Statement
from shared.vocabulary import ShiftStatus


def shift_report(session: Session, shift_id: int) -> ShiftReport:
    """Return a shift with both statements and both articles."""
    found = _reports(session, col(Shift.id) == shift_id)
    if not found:
        raise PermanentFailure(f"shift {shift_id} is not in the database")
    return found[0]


def standing_reports(session: Session, *, since: datetime) -> tuple[ShiftReport, ...]:
    """Return the shifts since then that stand, the oldest first."""
    return _reports(session, and_(col(Shift.status) == ShiftStatus.STANDING, col(Shift.at) >= since))


def _reports(session: Session, these: ColumnElement[bool]) -> tuple[ShiftReport, ...]:
    before, after = aliased(Statement), aliased(Statement)
    article_before, article_after = aliased(Article), aliased(Article)
    rows = session.execute(
        select(Shift, Figure, Issue, before, article_before, after, article_after)
        .join(Figure, col(Figure.id) == Shift.figure_id)
        .join(Issue, col(Issue.id) == Shift.issue_id)
        .join(before, col(before.id) == Shift.before_statement_id)
        .join(article_before, col(article_before.id) == before.article_id)
        .join(after, col(after.id) == Shift.after_statement_id)
        .join(article_after, col(article_after.id) == after.article_id)
        # whole pages, which nobody reads
        .options(defer(article_before.text), defer(article_after.text))  # type: ignore[arg-type]
        .where(these)
        .order_by(col(Shift.at), col(Shift.id))
    )
    return tuple(
        report_of(shift, figure, issue, before=witness_of(seen[0], seen[1]), after=witness_of(seen[2], seen[3]))
        for shift, figure, issue, *seen in rows
    )

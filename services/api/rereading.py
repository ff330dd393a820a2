"""Reading again what is stored, where the words of an issue's proposition changed under it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table, select, update

from services.api.changes import Change
from shared.events import ArticleIngested
from shared.tables import Statement
from shared.transaction import Transaction

statement: Table = Statement.__table__  # type: ignore[attr-defined]


def read_again_where_reworded(tx: Transaction, changes: Iterable[Change]) -> int:
    """Have every article read again that shows a stance on a reworded proposition; return how many.

    Until the last of a timeline's articles is read, the timeline waits: one half read by the old words and the other
    by the new would show changes of position that nobody made.
    """
    reworded = [one.name for one in changes if one.kind == "issue" and "proposition" in one.parts]
    if not reworded:
        return 0
    theirs = statement.c.issue_id.in_(reworded) & statement.c.current
    concerned = tx.session.execute(select(statement.c.article_id).where(theirs).distinct()).scalars().all()
    tx.session.execute(update(statement).where(theirs).values(awaits_reading=True))
    tx.emit(*(ArticleIngested(article_id=article_id) for article_id in sorted(concerned)))
    return len(concerned)

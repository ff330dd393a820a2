"""The ledger for programs: statements, shifts and alerts as pages of JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.api import queries
from services.api.cursors import Cursor, read_cursor, write_cursor
from services.api.deps import Edges, edges_of
from services.api.moments import Since
from services.api.problems import described
from services.api.queries import Wanted
from services.api.routes.names import Id
from services.api.schemas import AlertPage, ShiftPage, StatementPage, alert_answer, shift_answer, statement_answer
from shared.vocabulary import ShiftStatus

router = APIRouter(prefix="/api/v1", tags=["ledger"], responses=described(401, 422, 429))


def wanted(
    figure: Annotated[Id | None, Query()] = None,
    issue: Annotated[Id | None, Query()] = None,
    since: Annotated[Since | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Wanted:
    """Read what a list was asked for; one row more than the page shows whether there is another page."""
    start = read_cursor(cursor) if cursor is not None else None
    return Wanted(figure=figure, issue=issue, since=since, cursor=start, most=limit + 1)


EdgesHere = Annotated[Edges, Depends(edges_of)]
WantedHere = Annotated[Wanted, Depends(wanted)]


@router.get("/statements")
def statements(edges: EdgesHere, wanted: WantedHere) -> StatementPage:
    """List statements by the date of their article, the newest first."""
    with edges.read() as session:
        found = queries.statements(session, wanted)
    shown = found[: wanted.most - 1]
    more = write_cursor(Cursor(shown[-1].published, shown[-1].id)) if len(found) > len(shown) else None
    return StatementPage(items=tuple(map(statement_answer, shown)), next=more)


@router.get("/shifts")
def shifts(edges: EdgesHere, wanted: WantedHere, status: ShiftStatus = ShiftStatus.STANDING) -> ShiftPage:
    """List shifts by the date of the article that first shows them, the newest first."""
    with edges.read() as session:
        found = queries.shifts(session, wanted, status)
    shown = found[: wanted.most - 1]
    more = write_cursor(Cursor(shown[-1].at, shown[-1].id)) if len(found) > len(shown) else None
    return ShiftPage(items=tuple(map(shift_answer, shown)), next=more)


@router.get("/alerts")
def alerts(edges: EdgesHere, wanted: WantedHere) -> AlertPage:
    """List alerts by the time they were raised, the newest first."""
    with edges.read() as session:
        found = queries.alerts(session, wanted)
    shown = found[: wanted.most - 1]
    more = write_cursor(Cursor(shown[-1].raised_at, shown[-1].id)) if len(found) > len(shown) else None
    return AlertPage(items=tuple(map(alert_answer, shown)), next=more)

"""The pages: where every figure stands on every issue, and the timeline behind one of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse

from services.api import queries
from services.api.chart import LANES, draw_chart
from services.api.deps import Edges, edges_of
from services.api.pages import page
from services.api.positions import moments, squares
from services.api.routes.names import Id

MOST_ON_A_PAGE = 500
LATEST_SHIFTS = 5

router = APIRouter(include_in_schema=False)
EdgesHere = Annotated[Edges, Depends(edges_of)]


@router.get("/")
def board(edges: EdgesHere) -> HTMLResponse:
    """Show the figures across the issues."""
    with edges.read() as session:
        figures, issues = queries.watched_figures(session), queries.watched_issues(session)
        shifts, weights = queries.standing_shifts(session), queries.stance_weights(session)
    return page(
        "board.html",
        figures=figures,
        issues=issues,
        squares=squares(shifts, weights),
        latest=shifts[: -LATEST_SHIFTS - 1 : -1],
    )


@router.get("/figures/{figure_id}/issues/{issue_id}")
def timeline(figure_id: Id, issue_id: Id, edges: EdgesHere) -> HTMLResponse:
    """Show what a figure said and did on an issue, and where that left the figure."""
    with edges.read() as session:
        figure, issue = queries.figure_by_id(session, figure_id), queries.issue_by_id(session, issue_id)
        if figure is None or issue is None:
            raise HTTPException(404, "no such figure or issue on the watchlist")
        statements = queries.timeline(session, figure_id, issue_id, most=MOST_ON_A_PAGE)
        shifts = queries.standing_shifts_of(session, figure_id, issue_id)
    shown = moments(statements, shifts)
    return page(
        "timeline.html",
        figure=figure,
        issue=issue,
        moments=shown,
        chart=draw_chart(shown),
        lanes=LANES,
        cut=len(statements) == MOST_ON_A_PAGE,
    )

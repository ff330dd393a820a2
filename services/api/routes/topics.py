"""Figures and issues one by one: listed, put, retired."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Response

from services.api import listings
from services.api.access import Writer
from services.api.changes import retire
from services.api.deps import Edges, edges_of
from services.api.paging import Start, part_of, start
from services.api.problems import described
from services.api.rereading import read_again_where_reworded
from services.api.routes.names import Id
from services.api.schemas_wishes import FigureBody, FigureItem, FigureList, IssueBody, IssueItem, IssueList
from services.api.wishes import put_figure, put_issue
from shared.tables import Figure, Issue

router = APIRouter(prefix="/api/v1", tags=["watchlist"])
EdgesHere = Annotated[Edges, Depends(edges_of)]
StartHere = Annotated[Start, Depends(start)]
Row = TypeVar("Row", Figure, Issue)
READING, WRITING = described(401, 422, 429), described(401, 403, 404, 413, 422, 429)


@router.get("/figures", responses=READING)
def figures(edges: EdgesHere, start: StartHere) -> FigureList:
    """List the watched figures by id."""
    with edges.read() as session:
        part = part_of(listings.figures(session), start, key=lambda row: row.id)
    return FigureList(items=tuple(map(FigureItem.model_validate, part.items)), next=part.next)


@router.get("/figures/{figure_id}", responses=described(401, 404, 422, 429))
def figure(figure_id: Id, edges: EdgesHere) -> FigureItem:
    """Show a watched figure."""
    with edges.read() as session:
        return FigureItem.model_validate(_watched(session.get(Figure, figure_id), "figure"))


@router.put("/figures/{figure_id}", responses=WRITING)
def save_figure(_: Writer, figure_id: Id, body: FigureBody, edges: EdgesHere) -> FigureItem:
    """Watch a figure, or change its names; articles that are stored are read again by `stancewatch backfill`."""
    with edges.begin() as tx:
        put_figure(tx.session, body.under(figure_id))
        tx.session.flush()
        return FigureItem.model_validate(tx.session.get_one(Figure, figure_id))


@router.delete("/figures/{figure_id}", status_code=204, responses=WRITING)
def retire_figure(_: Writer, figure_id: Id, edges: EdgesHere) -> Response:
    """Watch a figure no more; what is known of it stays."""
    with edges.begin() as tx:
        retire(tx.session, _watched(tx.session.get(Figure, figure_id), "figure"), "figure", figure_id, now=edges.now())
    return Response(status_code=204)


@router.get("/issues", responses=READING)
def issues(edges: EdgesHere, start: StartHere) -> IssueList:
    """List the tracked issues by id."""
    with edges.read() as session:
        part = part_of(listings.issues(session), start, key=lambda row: row.id)
    return IssueList(items=tuple(map(IssueItem.model_validate, part.items)), next=part.next)


@router.get("/issues/{issue_id}", responses=described(401, 404, 422, 429))
def issue(issue_id: Id, edges: EdgesHere) -> IssueItem:
    """Show a tracked issue."""
    with edges.read() as session:
        return IssueItem.model_validate(_watched(session.get(Issue, issue_id), "issue"))


@router.put("/issues/{issue_id}", responses=WRITING)
def save_issue(_: Writer, issue_id: Id, body: IssueBody, edges: EdgesHere) -> IssueItem:
    """Track an issue, or change it; articles that are stored are read again by `stancewatch backfill`."""
    with edges.begin() as tx:
        read_again_where_reworded(tx, put_issue(tx.session, body.under(issue_id)))
        tx.session.flush()
        return IssueItem.model_validate(tx.session.get_one(Issue, issue_id))


@router.delete("/issues/{issue_id}", status_code=204, responses=WRITING)
def retire_issue(_: Writer, issue_id: Id, edges: EdgesHere) -> Response:
    """Track an issue no more; what is known of it stays."""
    with edges.begin() as tx:
        retire(tx.session, _watched(tx.session.get(Issue, issue_id), "issue"), "issue", issue_id, now=edges.now())
    return Response(status_code=204)


def _watched(row: Row | None, kind: str) -> Row:
    if row is None or row.retired_at is not None:
        raise HTTPException(404, f"no such {kind} on the watchlist")
    return row

"""Early warnings for programs: who is pressed while their position is open."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.api.deps import Edges, edges_of
from services.api.problems import described
from services.api.routes.names import Id
from services.api.schemas import Answer, Moment
from services.api.warnings import pressures
from shared.vocabulary import Stance

router = APIRouter(prefix="/api/v1", tags=["ledger"])
EdgesHere = Annotated[Edges, Depends(edges_of)]


class PressureItem(Answer):
    """So many independent sources press a figure; `toward` is `none` where they do not ask for the same."""

    figure: str
    issue: str
    toward: Stance
    sources: int
    since: Moment
    until: Moment
    noticed_at: Moment
    ended_at: Moment | None
    article: str
    evidence: str


class PressureList(Answer):
    """Who is pressed, the latest first."""

    items: tuple[PressureItem, ...]


@router.get("/pressure", responses=described(401, 422, 429))
def pressure(
    edges: EdgesHere,
    figure: Annotated[Id | None, Query()] = None,
    issue: Annotated[Id | None, Query()] = None,
    *,
    ended: Annotated[bool, Query(description="also what is over")] = False,
) -> PressureList:
    """List who is pressed on what while their position is mixed or not known, the latest first."""
    with edges.read() as session:
        found = pressures(session, figure=figure, issue=issue, ended=ended)
    return PressureList(items=tuple(map(PressureItem.model_validate, found)))

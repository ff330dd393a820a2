"""Early warnings for programs: who is pressed while their position is open."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.api.deps import Edges, edges_of
from services.api.problems import described
from services.api.routes.names import Id
from services.api.schemas import Answer
from services.api.schemas_desk import PressureItem
from services.api.warnings import Asked, pressures

router = APIRouter(prefix="/api/v1", tags=["ledger"])
EdgesHere = Annotated[Edges, Depends(edges_of)]


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
        found = pressures(session, Asked(figure=figure, issue=issue, ended=ended))
    return PressureList(items=tuple(map(PressureItem.model_validate, found)))

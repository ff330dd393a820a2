"""Positions, and what a wish would have caught, as JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.api import listings, queries
from services.api.deps import Edges, edges_of
from services.api.neighbours import Wish
from services.api.paging import Start, part_of, start
from services.api.positions import squares
from services.api.problems import described
from services.api.routes.names import Id
from services.api.schemas import shift_answer
from services.api.schemas_desk import PositionItem, PositionList
from services.api.schemas_wishes import Preview
from services.api.wish_fields import Phrase
from shared.vocabulary import ShiftKind

MOST_SHOWN = 50

router = APIRouter(prefix="/api/v1", tags=["desk"], responses=described(401, 422, 429))
EdgesHere = Annotated[Edges, Depends(edges_of)]
Days = Annotated[int, Query(ge=1, le=3650)]


class PreviewQuery(BaseModel):
    """A wish as a subscription would state it; whatever is left out excludes nothing."""

    model_config = ConfigDict(frozen=True)

    figure: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    issue: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    kind: Annotated[tuple[ShiftKind, ...], Field(max_length=10)] = ()
    outlet: Annotated[tuple[Phrase, ...], Field(max_length=100)] = ()
    minimum_confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    own_words_only: bool = False
    days: Annotated[int, Field(ge=1, le=3650)] = 90

    def wish(self) -> Wish:
        """Return the wish without its days."""
        return Wish(self.figure, self.issue, self.kind, self.outlet, self.minimum_confidence, self.own_words_only)


@router.get("/positions")
def positions(edges: EdgesHere, start: Annotated[Start, Depends(start)]) -> PositionList:
    """List where every figure stands on every issue that it spoke on."""
    with edges.read() as session:
        found = squares(queries.standing_shifts(session), queries.stance_weights(session))
    items = [
        PositionItem(
            figure=figure,
            issue=issue,
            position=square.position,
            statements=square.statements,
            shift=shift_answer(square.shift) if square.shift else None,
        )
        for (figure, issue), square in found.items()
    ]
    part = part_of(sorted(items, key=_place), start, key=_place)
    return PositionList(items=part.items, next=part.next)


@router.get("/preview")
def preview(edges: EdgesHere, asked: Annotated[PreviewQuery, Query()]) -> Preview:
    """Say how often a subscription with this wish would have been alerted in the last days, and to what."""
    return preview_of(edges, asked.wish(), asked.days)


def preview_of(edges: Edges, wish: Wish, days: int) -> Preview:
    """Look back for what a wish would have caught, by the same rule as that which raises alerts."""
    with edges.read() as session:
        caught = edges.neighbours.caught(session, wish, edges.now() - timedelta(days=days))
        shown = listings.shifts_by_id(session, caught[:MOST_SHOWN])
    return Preview(days=days, count=len(caught), more=len(caught) > len(shown), shifts=tuple(map(shift_answer, shown)))


def _place(item: PositionItem) -> str:
    return f"{item.figure}/{item.issue}"

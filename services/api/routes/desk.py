"""What a desk asks beside the ledger, as JSON: positions, the watchlist, feeds, deliveries, a preview of a wish."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.api import listings, queries
from services.api.cursors import Cursor, read_cursor, write_cursor
from services.api.deps import Edges, edges_of
from services.api.listings import Wish
from services.api.positions import squares
from services.api.problems import described
from services.api.queries import Wanted
from services.api.routes.names import Id
from services.api.schemas import shift_answer
from services.api.schemas_desk import (
    DeliveryItem,
    DeliveryPage,
    FeedItem,
    FeedList,
    FigureItem,
    IssueItem,
    PositionItem,
    PositionList,
    Preview,
    WatchlistAnswer,
)
from shared.vocabulary import DeliveryState, ShiftKind

MOST_SHOWN = 50

router = APIRouter(prefix="/api/v1", tags=["desk"], responses=described(422))
EdgesHere = Annotated[Edges, Depends(edges_of)]


def wish(
    figure: Annotated[tuple[Id, ...], Query(max_length=100)] = (),
    issue: Annotated[tuple[Id, ...], Query(max_length=100)] = (),
    kind: Annotated[tuple[ShiftKind, ...], Query(max_length=10)] = (),
    minimum_confidence: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)] = 0.0,
    own_words_only: bool = False,
) -> Wish:
    """Read a wish as a subscription would state it; whatever is left out excludes nothing."""
    return Wish(
        figures=figure,
        issues=issue,
        kinds=kind,
        minimum_confidence=minimum_confidence,
        own_words_only=own_words_only,
    )


@router.get("/positions")
def positions(edges: EdgesHere) -> PositionList:
    """List where every figure stands on every issue that it spoke on."""
    with edges.read() as session:
        found = squares(queries.standing_shifts(session), queries.stance_weights(session))
    return PositionList(
        items=tuple(
            PositionItem(
                figure=figure,
                issue=issue,
                position=square.position,
                statements=square.statements,
                shift=shift_answer(square.shift) if square.shift else None,
            )
            for (figure, issue), square in sorted(found.items())
        )
    )


@router.get("/watchlist")
def watchlist(edges: EdgesHere) -> WatchlistAnswer:
    """Show the figures and issues that are watched."""
    with edges.read() as session:
        figures, issues = queries.watched_figures(session), queries.watched_issues(session)
    return WatchlistAnswer(
        figures=tuple(map(FigureItem.model_validate, figures)), issues=tuple(map(IssueItem.model_validate, issues))
    )


@router.get("/feeds")
def feeds(edges: EdgesHere) -> FeedList:
    """List the feeds that are asked, and how each stands."""
    with edges.read() as session:
        return FeedList(items=tuple(map(FeedItem.model_validate, listings.feeds(session))))


@router.get("/deliveries")
def deliveries(
    edges: EdgesHere,
    state: DeliveryState | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryPage:
    """List copies of alerts, the latest first."""
    start = read_cursor(cursor) if cursor is not None else None
    with edges.read() as session:
        found = listings.deliveries(session, Wanted(cursor=start, most=limit + 1), state)
    shown = found[:limit]
    more = write_cursor(Cursor(shown[-1].raised_at, shown[-1].id)) if len(found) > limit else None
    return DeliveryPage(items=tuple(map(DeliveryItem.model_validate, shown)), next=more)


@router.get("/preview")
def preview(
    edges: EdgesHere, wish: Annotated[Wish, Depends(wish)], days: Annotated[int, Query(ge=1, le=3650)] = 90
) -> Preview:
    """Say how often a subscription with this wish would have been alerted in the last days, and to what."""
    with edges.read() as session:
        caught = listings.shifts_caught(session, wish, since=edges.now() - timedelta(days=days), most=MOST_SHOWN + 1)
    shown = tuple(map(shift_answer, caught[:MOST_SHOWN]))
    return Preview(days=days, count=len(shown), more=len(caught) > MOST_SHOWN, shifts=shown)

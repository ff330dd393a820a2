"""Why: why a timeline shows the shifts it shows, and why a subscription was told of one or was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query

from services.api import listings, queries
from services.api.access import SeesReceivers, in_short
from services.api.deps import Edges, edges_of
from services.api.moments import Since
from services.api.problems import described
from services.api.routes.names import Id, RowId
from services.api.routes.subscriptions import found
from services.api.schemas import ShiftAnswer, shift_answer
from services.api.schemas_desk import (
    CopyItem,
    ExplainAnswer,
    LeftOutItem,
    PressureItem,
    SilenceItem,
    StepItem,
    TurnItem,
    WhyAnswer,
)
from services.api.warnings import pressure_by_id
from shared.failures import UserMistake

router = APIRouter(prefix="/api/v1", tags=["reasons"], responses=described(401, 404, 422, 429))
EdgesHere = Annotated[Edges, Depends(edges_of)]
AnyId = Annotated[int, Query(ge=1, le=2**63 - 1)]


@router.get("/explain")
def explain(
    edges: EdgesHere,
    figure: Annotated[Id, Query()],
    issue: Annotated[Id, Query()],
    since: Annotated[Since | None, Query()] = None,
    until: Annotated[Since | None, Query()] = None,
) -> ExplainAnswer:
    """Show what a figure's timeline on an issue comes to, step by step; a range cuts what is shown, not what counts."""
    with edges.read() as session:
        known = queries.figure_by_id(session, figure) and queries.issue_by_id(session, issue)
    if known is None:
        raise HTTPException(404, "no such figure or issue on the watchlist")
    explained = edges.neighbours.explain(edges.read, figure, issue)
    inside = _within(since, until)
    return ExplainAnswer(
        figure=figure,
        issue=issue,
        position=explained.position,
        leaning=explained.leaning,
        support=explained.support,
        burden=explained.burden,
        steps=tuple(StepItem.model_validate(step) for step in explained.steps if inside(step.published)),
        turns=tuple(TurnItem.model_validate(turn) for turn in explained.turns if inside(turn.at)),
        left_out=tuple(map(LeftOutItem.model_validate, explained.left_out)),
        no_alert=tuple(SilenceItem.model_validate(one) for one in explained.silences if inside(one.at)),
    )


@router.get("/why")
def why(
    edges: EdgesHere,
    whole: SeesReceivers,
    subscription: AnyId,
    shift: AnyId | None = None,
    pressure: AnyId | None = None,
) -> WhyAnswer:
    """Say why a subscription was told of a shift or a pressure, or was not: what was decided then, and what now.

    One of `shift` and `pressure` is named.
    """
    if (shift is None) is (pressure is None):
        raise UserMistake("shift: name either a shift or a pressure")
    with edges.read() as session:
        row = found(session, subscription)
        turn = next(iter(listings.shifts_by_id(session, [shift])), None) if shift is not None else None
        pressed = pressure_by_id(session, pressure) if pressure is not None else None
        if turn is None and pressed is None:
            raise HTTPException(404, "no such shift" if shift is not None else "no such pressure")
        ask, about = (edges.neighbours.why, shift) if shift is not None else (edges.neighbours.why_warned, pressure)
        decided = ask(session, row.name, about or 0, edges.now())
    return WhyAnswer(
        subscription_id=subscription,
        subscription=row.name,
        subscribed_at=row.created_at,
        shift=shift_answer(turn) if turn else None,
        pressure=PressureItem.model_validate(pressed) if pressed else None,
        told=decided.told,
        raised_at=decided.raised_at,
        reason_then=decided.reason_then,
        deliveries=tuple(
            CopyItem.model_validate(replace(copy, reason=in_short(copy.reason, whole=whole))) for copy in decided.copies
        ),
        asked_for=decided.asked_for,
        reason_now=decided.reason_now,
    )


@router.get("/shifts/{shift_id}", tags=["ledger"])
def shift(shift_id: RowId, edges: EdgesHere) -> ShiftAnswer:
    """Show one shift."""
    with edges.read() as session:
        seen = listings.shifts_by_id(session, [shift_id])
    if not seen:
        raise HTTPException(404, "no such shift")
    return shift_answer(seen[0])


def _within(since: datetime | None, until: datetime | None) -> Callable[[datetime], bool]:
    return lambda at: (since is None or at >= since) and (until is None or at < until)

"""Copies of alerts: listed with every try, sent again, replayed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from sqlmodel import Session

from services.api import listings
from services.api.access import SeesReceivers, Writer, in_short
from services.api.cursors import Cursor, read_cursor, write_cursor
from services.api.deps import Edges, edges_of
from services.api.listings import DeliveryListing
from services.api.once import OnceHere, done
from services.api.paging import Start, first_of, id_after, start
from services.api.problems import described
from services.api.queries import Wanted
from services.api.repeats import Done
from services.api.routes.names import RowId
from services.api.routes.subscriptions import found as found_subscription
from services.api.schemas_desk import AttemptItem, AttemptList, DeliveryItem, DeliveryPage, ReplayBody, Replayed
from shared.events import DeliveryDue
from shared.tables import Attempt
from shared.transaction import Transaction
from shared.vocabulary import DeliveryState

LONGEST_DETAIL = 20_000
SENT_AGAIN = (DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.UNKNOWN, DeliveryState.RETRY)

router = APIRouter(prefix="/api/v1", tags=["deliveries"])
EdgesHere = Annotated[Edges, Depends(edges_of)]
WRITING = described(401, 403, 404, 409, 413, 422, 429)


def wanted(
    cursor: Annotated[str | None, Query(max_length=200)] = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Wanted:
    """Read where a page begins; one row more than it shows tells whether there is another."""
    return Wanted(cursor=read_cursor(cursor) if cursor is not None else None, most=limit + 1)


@router.get("/deliveries", responses=described(401, 422, 429))
def deliveries(
    edges: EdgesHere,
    whole: SeesReceivers,
    wanted: Annotated[Wanted, Depends(wanted)],
    state: DeliveryState | None = None,
    subscription: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="only of the one with this id")] = None,
) -> DeliveryPage:
    """List copies of alerts, the latest first; what receivers said only to who may change subscriptions."""
    with edges.read() as session:
        found = listings.deliveries(session, wanted, state=state, subscription_id=subscription)
    shown = found[: wanted.most - 1]
    more = write_cursor(Cursor(shown[-1].raised_at, shown[-1].id)) if len(found) > len(shown) else None
    return DeliveryPage(items=tuple(delivery_item(one, whole=whole) for one in shown), next=more)


@router.post("/deliveries/replay", response_model=Replayed, responses=WRITING)
def replay(_: Writer, body: ReplayBody, once: OnceHere, edges: EdgesHere) -> Response:
    """Send again now what failed for good or may not have arrived; each receiver sees the same id as before."""

    def act(tx: Transaction) -> Done:
        since, now = body.since, edges.now()
        of = [body.subscription_id] if body.subscription_id is not None else _all(tx.session)
        if body.subscription_id is not None:
            found_subscription(tx.session, body.subscription_id)
        due = [delivery for one in of for delivery in edges.neighbours.replay(tx.session, one, since, now)]
        for delivery_id in due:
            tx.emit(DeliveryDue(delivery_id=delivery_id))
        return done(Replayed(deliveries=tuple(due)))

    return once.answer(act)


@router.get("/deliveries/{delivery_id}", responses=described(401, 404, 422, 429))
def delivery(delivery_id: RowId, edges: EdgesHere, whole: SeesReceivers) -> DeliveryItem:
    """Show one copy of an alert."""
    with edges.read() as session:
        return delivery_item(_found(session, delivery_id), whole=whole)


@router.get("/deliveries/{delivery_id}/attempts", responses=described(401, 404, 422, 429))
def attempts(
    delivery_id: RowId, edges: EdgesHere, start: Annotated[Start, Depends(start)], whole: SeesReceivers
) -> AttemptList:
    """List every try at sending one copy, in order; what its receiver said only to who may change subscriptions."""
    with edges.read() as session:
        _found(session, delivery_id)
        rows = listings.attempts(session, delivery_id, after=id_after(start), most=start.most + 1)
    part = first_of(rows, start, key=lambda row: str(row.number))
    return AttemptList(items=tuple(attempt_item(row, whole=whole) for row in part.items), next=part.next)


@router.post("/deliveries/{delivery_id}/retry", response_model=DeliveryItem, responses=WRITING)
def retry(_: Writer, delivery_id: RowId, once: OnceHere, edges: EdgesHere) -> Response:
    """Send one copy again now, whatever became of it; its receiver sees the same id as before."""

    def act(tx: Transaction) -> Done:
        state = _found(tx.session, delivery_id).state
        if state not in SENT_AGAIN:
            raise HTTPException(409, f"this delivery is {state}; only one that failed, waits or arrived is sent again")
        edges.neighbours.retry(tx.session, delivery_id, edges.now())
        tx.emit(DeliveryDue(delivery_id=delivery_id))
        tx.session.expire_all()
        return done(DeliveryItem.model_validate(_found(tx.session, delivery_id)))

    return once.answer(act)


def delivery_item(row: DeliveryListing, *, whole: bool) -> DeliveryItem:
    """Write one copy; to who may not see receivers only of what kind the answer was."""
    return DeliveryItem.model_validate(replace(row, reason=in_short(row.reason, whole=whole)))


def attempt_item(row: Attempt, *, whole: bool = True) -> AttemptItem:
    """Write one try; of a long answer its beginning."""
    return AttemptItem(
        number=row.number,
        started_at=row.started_at,
        finished_at=row.finished_at,
        latency_ms=_milliseconds(row.started_at, row.finished_at),
        outcome=row.outcome,
        detail=in_short(row.detail, whole=whole)[:LONGEST_DETAIL],
    )


def _milliseconds(began: datetime, ended: datetime | None) -> int | None:
    return max(0, round((ended - began).total_seconds() * 1000)) if ended else None


def _found(session: Session, delivery_id: int) -> DeliveryListing:
    found = listings.delivery_by_id(session, delivery_id)
    if found is None:
        raise HTTPException(404, "no such delivery")
    return found


def _all(session: Session) -> list[int]:
    everybody = listings.subscriptions(session, after=0, most=2**31 - 1)
    return [row.id for row in everybody if row.id is not None]

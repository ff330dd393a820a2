"""Subscriptions: listed, made, changed, paused and ended, previewed before they are saved."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlmodel import Session

from services.api import listings
from services.api.access import Caller, MaybeCaller, Writer
from services.api.changes import retire
from services.api.deps import Edges, edges_of
from services.api.moments import Since
from services.api.neighbours import Wish
from services.api.once import OnceHere, done, made
from services.api.paging import Start, first_of, id_after, start
from services.api.problems import described
from services.api.repeats import Done
from services.api.routes.desk import Days, preview_of
from services.api.routes.names import RowId
from services.api.schemas import Asked
from services.api.schemas_wishes import NewSubscriptionItem, Preview, PreviewBody, SubscriptionItem, SubscriptionList
from services.api.subscribing import Wisher, change_subscription, subscribe, wish_of
from services.api.subscription_items import check_names, item_of, new_item_of
from services.api.subscription_patch import SubscriptionPatch
from services.api.watchlist import SubscriptionWish
from shared.tables import Subscription
from shared.transaction import Transaction
from shared.vocabulary import Frequency, Scope

router = APIRouter(prefix="/api/v1", tags=["subscriptions"])
EdgesHere = Annotated[Edges, Depends(edges_of)]
WRITING = described(401, 403, 404, 409, 413, 422, 429)


class PauseBody(Asked):
    """Until when to be silent; null ends a pause."""

    until: Since | None


@router.get("/subscriptions", responses=described(401, 422, 429))
def subscriptions(edges: EdgesHere, who: MaybeCaller, start: Annotated[Start, Depends(start)]) -> SubscriptionList:
    """List the subscriptions that have not ended; their addresses are shown only to who may change them."""
    with edges.read() as session:
        found = listings.subscriptions(session, after=id_after(start), most=start.most + 1)
        closed = edges.neighbours.closed(session)
    part = first_of(found, start, key=lambda row: str(row.id))
    items = tuple(item_of(row, closed, addresses=may_change(who)) for row in part.items)
    return SubscriptionList(items=items, next=part.next)


@router.post("/subscriptions/preview", responses=described(401, 413, 422, 429))
def preview(edges: EdgesHere, body: PreviewBody, days: Days = 90) -> Preview:
    """Say how often a subscription would have been alerted in the last days, and to what; nothing is saved."""
    return preview_of(edges, Wish(**{name: getattr(body, name) for name in PreviewBody.model_fields}), days)


@router.get("/subscriptions/{subscription_id}", responses=described(401, 404, 422, 429))
def subscription(subscription_id: RowId, edges: EdgesHere, who: MaybeCaller) -> SubscriptionItem:
    """Show a subscription and how it stands, also one that has ended."""
    with edges.read() as session:
        row = found(session, subscription_id)
        return item_of(row, edges.neighbours.closed(session), addresses=may_change(who))


@router.post("/subscriptions", status_code=201, response_model=NewSubscriptionItem, responses=WRITING)
def make(body: SubscriptionWish, who: Writer, once: OnceHere, edges: EdgesHere) -> Response:
    """Make a subscription; the signing secret of a webhook is in this answer and in no other."""

    def act(tx: Transaction) -> Done:
        check_names(tx.session, body)
        row = subscribe(tx.session, body, wisher=wisher(who, edges))
        closed = edges.neighbours.closed(tx.session)
        return made(new_item_of(row, closed, secret=row.webhook_secret), location=f"/api/v1/subscriptions/{row.id}")

    return once.answer(act)


async def _written(request: Request) -> dict[str, Any]:
    """Return a body as it was written; one that is not an object is refused elsewhere."""
    try:
        written = json.loads(await request.body())
    except ValueError:
        return {}
    return written if isinstance(written, dict) else {}


@router.patch("/subscriptions/{subscription_id}", responses=WRITING)
def change(
    subscription_id: RowId,
    who: Writer,
    edges: EdgesHere,
    body: SubscriptionPatch,
    written: Annotated[dict[str, Any], Depends(_written)],
) -> NewSubscriptionItem:
    """Change what is given and leave the rest; null takes a part away. A new webhook's secret is in this answer."""
    with edges.begin() as tx:
        row = found(tx.session, subscription_id, alive=True)
        before = row.webhook_secret
        wish = changed_wish(row, {name: value for name, value in written.items() if name in body.model_fields_set})
        check_names(tx.session, wish)
        change_subscription(tx.session, row, wish, wisher=wisher(who, edges))
        fresh = row.webhook_secret if row.webhook and row.webhook_secret != before else None
        return new_item_of(row, edges.neighbours.closed(tx.session), secret=fresh)


@router.delete("/subscriptions/{subscription_id}", status_code=204, responses=WRITING)
def end(_: Writer, subscription_id: RowId, edges: EdgesHere) -> Response:
    """End a subscription: nothing more goes out; what was sent stays on record."""
    with edges.begin() as tx:
        row = found(tx.session, subscription_id, alive=True)
        retire(tx.session, row, "subscription", row.name, now=edges.now())
    return Response(status_code=204)


@router.post("/subscriptions/{subscription_id}/pause", response_model=SubscriptionItem, responses=WRITING)
def pause(_: Writer, subscription_id: RowId, body: PauseBody, once: OnceHere, edges: EdgesHere) -> Response:
    """Be silent until a time, or speak again."""

    def act(tx: Transaction) -> Done:
        row = found(tx.session, subscription_id, alive=True)
        row.paused_until = body.until
        tx.session.add(row)
        return done(item_of(row, edges.neighbours.closed(tx.session), addresses=True))

    return once.answer(act)


def found(session: Session, subscription_id: int, *, alive: bool = False) -> Subscription:
    """Return a subscription, or raise the 404."""
    row = session.get(Subscription, subscription_id)
    if row is None or (alive and row.retired_at is not None):
        raise HTTPException(404, "no such subscription")
    return row


def changed_wish(row: Subscription, parts: dict[str, Any]) -> SubscriptionWish:
    """Return what a subscription wishes with some parts changed, or taken away where they are null."""
    merged = {**wish_of(row), **parts}
    if "hour" not in parts and merged.get("frequency") not in (Frequency.DAILY, Frequency.WEEKLY):
        merged.pop("hour", None)
    kept = {name: part for name, part in merged.items() if part is not None or name == "paused_until"}
    try:
        return SubscriptionWish.model_validate(kept)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False, include_input=False)]
        ) from error


def wisher(who: Caller, edges: Edges) -> Wisher:
    """Return who wishes, as an address that is asked will read it."""
    return Wisher(by=who.name, vouched=edges.vouched, now=edges.now())


def may_change(who: Caller | None) -> bool:
    """Tell whether somebody may change subscriptions, and so may see their addresses."""
    return who is not None and who.scope.covers(Scope.WRITE)

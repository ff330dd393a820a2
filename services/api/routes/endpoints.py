"""A subscription's ways out: tested, woken, given a new secret."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response

from services.api import listings
from services.api.access import SeesReceivers, Writer, in_short
from services.api.deps import Edges, edges_of
from services.api.once import OnceHere, done
from services.api.paging import Start, first_of, id_after, start
from services.api.problems import described
from services.api.rehearsing import ask_for_tests
from services.api.repeats import Done
from services.api.routes.names import RowId
from services.api.routes.subscriptions import found
from services.api.schemas_desk import TestItem, TestList
from services.api.schemas_wishes import Secret, SubscriptionItem
from services.api.subscribing import rotate_secret
from services.api.subscription_items import item_of
from shared.transaction import Transaction
from shared.vocabulary import ChannelKind

LARGEST_ID = 2**63 - 1

router = APIRouter(prefix="/api/v1", tags=["subscriptions"])
EdgesHere = Annotated[Edges, Depends(edges_of)]
WRITING = described(401, 403, 404, 409, 422, 429)


@router.post("/subscriptions/{subscription_id}/tests", status_code=202, response_model=TestList, responses=WRITING)
def test(_: Writer, subscription_id: RowId, once: OnceHere, edges: EdgesHere) -> Response:
    """Have a message of nobody sent by each way that is open, as an alert would be; ask for the tests how it went."""

    def act(tx: Transaction) -> Done:
        row = found(tx.session, subscription_id, alive=True)
        asked = ask_for_tests(tx, row, edges.neighbours.closed(tx.session), now=edges.now())
        items = TestList(items=tuple(map(TestItem.model_validate, asked)), next=None)
        return Done(202, items.model_dump_json(), f"/api/v1/subscriptions/{subscription_id}/tests")

    return once.answer(act)


@router.get("/subscriptions/{subscription_id}/tests", responses=described(401, 404, 422, 429))
def tests(
    subscription_id: RowId, edges: EdgesHere, start: Annotated[Start, Depends(start)], whole: SeesReceivers
) -> TestList:
    """List the tests of a subscription, the latest first."""
    with edges.read() as session:
        found(session, subscription_id)
        before = id_after(start) or LARGEST_ID
        rows = listings.rehearsals(session, subscription_id, before=before, most=start.most + 1)
    part = first_of(rows, start, key=lambda row: str(row.id))
    items = map(TestItem.model_validate, part.items)
    shown = (one.model_copy(update={"detail": in_short(one.detail, whole=whole)}) for one in items)
    return TestList(items=tuple(shown), next=part.next)


@router.post("/subscriptions/{subscription_id}/secret", response_model=Secret, responses=WRITING)
def rotate(_: Writer, subscription_id: RowId, once: OnceHere, edges: EdgesHere) -> Response:
    """Give the webhook a new signing secret; for a day both sign, so that its receiver can change over."""

    def act(tx: Transaction) -> Done:
        row = found(tx.session, subscription_id, alive=True)
        secret = rotate_secret(tx.session, row, now=edges.now())
        return done(Secret(webhook_secret=secret, previous_signs_until=row.previous_secret_until))

    return once.answer(act)


@router.post("/subscriptions/{subscription_id}/wake", response_model=SubscriptionItem, responses=WRITING)
def wake(_: Writer, subscription_id: RowId, once: OnceHere, edges: EdgesHere) -> Response:
    """Call a webhook again that was switched off; what it missed is sent by a replay of its deliveries."""

    def act(tx: Transaction) -> Done:
        row = found(tx.session, subscription_id, alive=True)
        closed = edges.neighbours.closed(tx.session)
        if row.webhook is None or (subscription_id, ChannelKind.WEBHOOK) not in closed:
            raise HTTPException(409, "no webhook of this subscription is switched off")
        edges.neighbours.wake(tx.session, subscription_id, row.webhook)
        tx.session.flush()
        return done(item_of(row, edges.neighbours.closed(tx.session), addresses=True))

    return once.answer(act)

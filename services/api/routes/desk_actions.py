"""What the desk's buttons do to a subscription: pause it, end it, test it, wake it, send a copy again."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import RedirectResponse

from services.api import listings
from services.api.changes import retire
from services.api.desk_access import SentHere
from services.api.desk_views import SENT_AGAIN
from services.api.rehearsing import ask_for_tests
from services.api.routes.desk import EdgesHere
from services.api.routes.desk_pages import UNSEEN, shown
from services.api.routes.names import RowId
from services.api.routes.subscriptions import found
from services.api.subscribing import rotate_secret
from shared.events import DeliveryDue
from shared.vocabulary import ChannelKind

PAUSES = {"0": timedelta(0), "1": timedelta(days=1), "7": timedelta(days=7), "30": timedelta(days=30)}

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.post("/subscriptions/{subscription_id}/pause")
def pause(subscription_id: RowId, edges: EdgesHere, sent: SentHere) -> RedirectResponse:
    """Be silent for some days, or speak again."""
    span = PAUSES.get(sent.form.get("days", [""])[0])
    if span is None:
        raise HTTPException(422, "days: 1, 7 or 30, or 0 to end the pause")
    with edges.begin() as tx:
        row = found(tx.session, subscription_id, alive=True)
        row.paused_until = edges.now() + span if span else None
        tx.session.add(row)
    return _back(subscription_id)


@router.post("/subscriptions/{subscription_id}/end")
def end(subscription_id: RowId, edges: EdgesHere, sent: SentHere) -> RedirectResponse:
    """End a subscription; what was sent stays on record."""
    del sent
    with edges.begin() as tx:
        row = found(tx.session, subscription_id, alive=True)
        retire(tx.session, row, "subscription", row.name, now=edges.now())
    return RedirectResponse("/desk/subscriptions", status_code=303, headers=UNSEEN)


@router.post("/subscriptions/{subscription_id}/test")
def test(subscription_id: RowId, edges: EdgesHere, sent: SentHere) -> RedirectResponse:
    """Have a message of nobody sent by each way that is open."""
    del sent
    with edges.begin() as tx:
        row = found(tx.session, subscription_id, alive=True)
        ask_for_tests(tx, row, edges.neighbours.closed(tx.session), now=edges.now())
    return _back(subscription_id)


@router.post("/subscriptions/{subscription_id}/wake")
def wake(subscription_id: RowId, edges: EdgesHere, sent: SentHere) -> RedirectResponse:
    """Call a webhook again that was switched off."""
    del sent
    with edges.begin() as tx:
        row = found(tx.session, subscription_id, alive=True)
        if row.webhook is not None and (subscription_id, ChannelKind.WEBHOOK) in edges.neighbours.closed(tx.session):
            edges.neighbours.wake(tx.session, subscription_id, row.webhook)
    return _back(subscription_id)


@router.post("/subscriptions/{subscription_id}/secret")
def rotate(subscription_id: RowId, edges: EdgesHere, sent: SentHere) -> Response:
    """Give the webhook a new signing secret and show it once."""
    with edges.begin() as tx:
        row = found(tx.session, subscription_id, alive=True)
        secret = rotate_secret(tx.session, row, now=edges.now())
    return shown("desk_secret.html", sent.desk, name=row.name, subscription_id=subscription_id, secret=secret)


@router.post("/subscriptions/{subscription_id}/deliveries/{delivery_id}/retry")
def retry(subscription_id: RowId, delivery_id: RowId, edges: EdgesHere, sent: SentHere) -> RedirectResponse:
    """Send one copy again now; its receiver sees the same id as before."""
    del sent
    with edges.begin() as tx:
        copy = listings.delivery_by_id(tx.session, delivery_id)
        if copy is None or copy.subscription_id != subscription_id:
            raise HTTPException(404, "no such delivery")
        if copy.state in SENT_AGAIN:
            edges.neighbours.retry(tx.session, delivery_id, edges.now())
            tx.emit(DeliveryDue(delivery_id=delivery_id))
    return _back(subscription_id)


def _back(subscription_id: int) -> RedirectResponse:
    return RedirectResponse(f"/desk/subscriptions/{subscription_id}", status_code=303, headers=UNSEEN)

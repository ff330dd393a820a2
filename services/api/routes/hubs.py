"""Where hubs call back (WebSub): they confirm what we asked of them, and push when a feed has news."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from services.api import hub_calls
from services.api.deps import Edges, edges_of
from services.api.hub_calls import HubCall, Pushing, SignatureCheck
from services.api.routes.names import Token
from shared.events import FeedDue

LONGEST_CHALLENGE = 4_096
LONGEST_LEASE_DIGITS = 9

router = APIRouter(include_in_schema=False, prefix="/websub")
EdgesHere = Annotated[Edges, Depends(edges_of)]


def hub_call(
    mode: Annotated[str, Query(alias="hub.mode")] = "",
    topic: Annotated[str, Query(alias="hub.topic")] = "",
    lease: Annotated[str, Query(alias="hub.lease_seconds")] = "",
    reason: Annotated[str, Query(alias="hub.reason")] = "",
) -> HubCall:
    """Read what a hub says."""
    seconds = int(lease) if lease.isascii() and lease.isdigit() and len(lease) <= LONGEST_LEASE_DIGITS else 0
    return HubCall(mode, topic, seconds, reason)


@router.get("/{token}")
def answer(
    token: Token,
    edges: EdgesHere,
    call: Annotated[HubCall, Depends(hub_call)],
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=LONGEST_CHALLENGE)] = "",
) -> Response:
    """Say yes to what we asked for ourselves, by giving the challenge back, and to nothing else."""
    with edges.begin() as tx:
        ours = hub_calls.settle(tx.session, token, call, now=edges.now())
    if not ours:
        raise HTTPException(404, "nothing of the kind was asked for")
    return PlainTextResponse(challenge)


@router.post("/{token}", status_code=202)
async def push(token: Token, edges: EdgesHere, request: Request) -> Response:
    """Take a push as a hint to ask the feed; one with a wrong signature is thanked for and ignored."""
    sender = await run_in_threadpool(_sender, token, edges)
    if sender is None:
        raise HTTPException(410, "nobody waits for this")
    check = SignatureCheck(sender.secret, request.headers.get("x-hub-signature", ""))
    async for chunk in request.stream():
        check.update(chunk)
    if check.holds():
        await run_in_threadpool(_heed, sender, edges)
    return Response(status_code=202)


def _sender(token: str, edges: Edges) -> Pushing | None:
    with edges.read() as session:
        return hub_calls.pushing(session, token, now=edges.now())


def _heed(sender: Pushing, edges: Edges) -> None:
    with edges.begin() as tx:
        hub_calls.heed(tx.session, sender.feed_id, now=edges.now())
        tx.emit(FeedDue(feed_id=sender.feed_id))

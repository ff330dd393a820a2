"""Feeds: listed with how they stand, added, retired."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response

from services.api import listings
from services.api.access import Writer
from services.api.deps import Edges, edges_of
from services.api.listings import FeedView
from services.api.once import OnceHere, done, made
from services.api.paging import Start, first_of, id_after, start
from services.api.problems import described
from services.api.repeats import Done
from services.api.routes.names import RowId
from services.api.schemas_wishes import FeedBody, FeedItem, FeedList
from services.api.wishes import add_feed, retire_feed
from shared.tables import Feed
from shared.transaction import Transaction

router = APIRouter(prefix="/api/v1", tags=["feeds"])
EdgesHere = Annotated[Edges, Depends(edges_of)]


@router.get("/feeds", responses=described(401, 422, 429))
def feeds(edges: EdgesHere, start: Annotated[Start, Depends(start)]) -> FeedList:
    """List the feeds that are asked, and how each stands."""
    with edges.read() as session:
        found = listings.feeds(session, after=id_after(start), most=start.most + 1)
    part = first_of(found, start, key=lambda feed: str(feed.id))
    return FeedList(items=tuple(map(FeedItem.model_validate, part.items)), next=part.next)


@router.get("/feeds/{feed_id}", responses=described(401, 404, 422, 429))
def feed(feed_id: RowId, edges: EdgesHere) -> FeedItem:
    """Show a feed and how it stands."""
    with edges.read() as session:
        return FeedItem.model_validate(_asked(listings.feed_by_id(session, feed_id)))


@router.post(
    "/feeds",
    status_code=201,
    response_model=FeedItem,
    responses={200: {"model": FeedItem, "description": "It was known."}, **described(401, 403, 409, 413, 422, 429)},
)
def add(body: FeedBody, once: OnceHere, edges: EdgesHere) -> Response:
    """Add a feed and have it asked at once; one that is known is only renamed."""

    def act(tx: Transaction) -> Done:
        changes = add_feed(tx, body, now=edges.now())
        tx.session.flush()
        item = FeedItem.model_validate(_asked(listings.feed_by_url(tx.session, body.url)))
        new = any(change.what == "added" for change in changes)
        return made(item, location=f"/api/v1/feeds/{item.id}") if new else done(item)

    return once.answer(act)


@router.delete("/feeds/{feed_id}", status_code=204, responses=described(401, 403, 404, 422, 429))
def retire(_: Writer, feed_id: RowId, edges: EdgesHere) -> Response:
    """Ask a feed no more; what it brought stays."""
    with edges.begin() as tx:
        _asked(listings.feed_by_id(tx.session, feed_id))
        retire_feed(tx.session, tx.session.get_one(Feed, feed_id))
    return Response(status_code=204)


def _asked(found: FeedView | None) -> FeedView:
    if found is None:
        raise HTTPException(404, "no feed with this id is asked")
    return found

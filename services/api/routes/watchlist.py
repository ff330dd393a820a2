"""The watchlist: read and put as a whole, as JSON or as the YAML of the file."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response

from services.api import listings
from services.api.access import MaybeCaller, Writer
from services.api.changes import Change
from services.api.deps import Edges, edges_of
from services.api.listings import WatchlistRows
from services.api.problems import described
from services.api.schemas_wishes import (
    ChangeItem,
    Changes,
    FeedOnList,
    FigureItem,
    IssueItem,
    SubscriptionOnList,
    WatchlistAnswer,
)
from services.api.subscribing import wish_of
from services.api.watchlist import WatchlistFile, parse_json_watchlist, parse_watchlist
from services.api.wishes import apply_watchlist
from shared.failures import UserMistake
from shared.vocabulary import Scope

YAML = "application/yaml"
ADDRESSES = ("email", "webhook", "chat")

router = APIRouter(prefix="/api/v1", tags=["watchlist"])
EdgesHere = Annotated[Edges, Depends(edges_of)]
AS_WRITTEN = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/WatchlistFile"}},
            YAML: {"schema": {"type": "string", "description": "the watchlist file"}},
        },
    }
}


class _OnlyLooked(Exception):
    """Ends a dry run's transaction, and with it all that was written."""


@router.get(
    "/watchlist",
    response_model=WatchlistAnswer,
    responses={
        200: {"content": {YAML: {"schema": {"type": "string"}}}},
        304: {"description": "Not Modified"},
        **described(401, 422, 429),
    },
)
def read_watchlist(
    edges: EdgesHere,
    who: MaybeCaller,
    accept: Annotated[str, Header(max_length=500)] = "",
    known: Annotated[str, Header(alias="If-None-Match", max_length=500)] = "",
) -> Response:
    """Show the whole watchlist as its file would say it; as YAML where that is asked for."""
    with edges.read() as session:
        found = _shown(listings.watchlist(session), addresses=who is not None and who.scope.covers(Scope.WRITE))
    tag = _tag(found)
    headers = {"ETag": tag, "Vary": "Accept, Authorization, Cookie", "Cache-Control": "private, no-cache"}
    if tag in known:
        return Response(status_code=304, headers=headers)
    if "yaml" in accept:
        return Response(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), headers=headers, media_type=YAML)
    return Response(json.dumps(found, ensure_ascii=False), headers=headers, media_type="application/json")


async def posted_watchlist(request: Request) -> WatchlistFile:
    """Read a watchlist from a request's body."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if "json" not in kind and "yaml" not in kind:
        raise HTTPException(415, f"send the watchlist as application/json or {YAML}")
    try:
        text = (await request.body()).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserMistake("watchlist: is not UTF-8 text") from error
    return (parse_watchlist if "yaml" in kind else parse_json_watchlist)(text, source="watchlist")


@router.put("/watchlist", openapi_extra=AS_WRITTEN, responses=described(401, 403, 412, 413, 415, 422, 429))
def put_watchlist(
    who: Writer,
    edges: EdgesHere,
    wishes: Annotated[WatchlistFile, Depends(posted_watchlist)],
    dry_run: Annotated[bool, Query(description="only say what would change")] = False,
    expected: Annotated[str, Header(alias="If-Match", max_length=200)] = "",
) -> Changes:
    """Make what is watched equal to this, all of it or nothing, as `stancewatch watchlist apply` does."""
    changes: tuple[Change, ...] = ()
    try:
        with edges.begin() as tx:
            now = _tag(_shown(listings.watchlist(tx.session), addresses=True))
            if expected not in ("", "*", now):
                raise HTTPException(412, "the watchlist has changed since it was read; read it again")
            changes = apply_watchlist(tx, wishes, vouched=edges.vouched, by=who.name, now=edges.now())
            if dry_run:
                raise _OnlyLooked
    except _OnlyLooked:
        pass
    return Changes(dry_run=dry_run, changes=tuple(map(ChangeItem.model_validate, changes)))


def _shown(rows: WatchlistRows, *, addresses: bool) -> dict[str, Any]:
    """Write the watchlist; what says nothing is left out, as a person would."""
    answer = WatchlistAnswer(
        figures=tuple(map(FigureItem.model_validate, rows.figures)),
        issues=tuple(map(IssueItem.model_validate, rows.issues)),
        feeds=tuple(map(FeedOnList.model_validate, rows.feeds)),
        subscriptions=tuple(SubscriptionOnList.model_validate(wish_of(row)) for row in rows.subscriptions),
    )
    hidden = {} if addresses else {"subscriptions": {"__all__": set(ADDRESSES)}}
    shown: dict[str, Any] = answer.model_dump(mode="json", exclude_none=True, exclude=hidden)
    return shown


def _tag(shown: dict[str, Any]) -> str:
    return f'"{sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]}"'

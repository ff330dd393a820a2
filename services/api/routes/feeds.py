"""Shifts and early warnings for feed readers: all, those of a figure or an issue, or those of one subscription."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response

from services.api import queries, subscribers
from services.api.atom import Entry, FeedTitle, entry_of_pressure, entry_of_shift, write_feed
from services.api.deps import Edges, edges_of
from services.api.queries import Wanted
from services.api.routes.names import Id, Token
from services.api.views import ShiftView
from services.api.warnings import Asked, PressureView, pressures, pressures_alerted
from shared.vocabulary import ShiftStatus

ENTRIES = 50
THE_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

router, by_link = APIRouter(include_in_schema=False), APIRouter(include_in_schema=False)
EdgesHere = Annotated[Edges, Depends(edges_of)]
Known = Annotated[str, Header(alias="If-None-Match")]


@router.get("/shifts.atom")
def shifts(
    edges: EdgesHere,
    figure: Annotated[Id | None, Query()] = None,
    issue: Annotated[Id | None, Query()] = None,
    known: Known = "",
) -> Response:
    """The latest shifts and early warnings."""
    with edges.read() as session:
        found = queries.shifts(session, Wanted(figure=figure, issue=issue, most=ENTRIES), ShiftStatus.STANDING)
        pressed = pressures(session, Asked(figure=figure, issue=issue, most=ENTRIES, ended=True))
    asked = "&".join(f"{name}={value}" for name, value in (("figure", figure), ("issue", issue)) if value)
    path = f"/shifts.atom{'?' if asked else ''}{asked}"
    return _feed("stancewatch: shifts", path, _entries(found, pressed, edges), edges, known=known)


@by_link.get("/subscriptions/{token}/shifts.atom")
def shifts_of_subscription(token: Token, edges: EdgesHere, known: Known = "") -> Response:
    """The latest shifts that one subscription was alerted to, and the pressure that it was warned of."""
    with edges.read() as session:
        subscription = subscribers.subscription_of(session, token)
        if subscription is None:
            raise HTTPException(404, "no subscription has this link; it may have been removed")
        found = queries.shifts_alerted(session, subscription.id, most=ENTRIES)
        pressed = pressures_alerted(session, subscription.id, most=ENTRIES)
    path = f"/subscriptions/{token}/shifts.atom"
    return _feed(f"stancewatch: {subscription.name}", path, _entries(found, pressed, edges), edges, known=known)


def _entries(shifts: Sequence[ShiftView], pressed: Sequence[PressureView], edges: Edges) -> tuple[Entry, ...]:
    """Put the latest first."""
    entries = [entry_of_shift(one, public_url=edges.public_url) for one in shifts]
    entries += [entry_of_pressure(one, public_url=edges.public_url) for one in pressed]
    return tuple(sorted(entries, key=lambda one: one.published, reverse=True)[:ENTRIES])


def _feed(words: str, path: str, entries: Sequence[Entry], edges: Edges, *, known: str) -> Response:
    title = FeedTitle(words=words, url=edges.public_url.rstrip("/") + path, since=THE_BEGINNING)
    body = write_feed(title, entries)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=60"}
    if etag in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/atom+xml", headers=headers)

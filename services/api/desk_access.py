"""Who may use the desk's pages: a session of a token with scope write, and forms that came from our own pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, HTTPException, Request

from services.api.access import Caller, cookie_name, session_caller
from services.api.deps import Edges, edges_of
from services.api.desk_forms import Form
from services.api.sessions import form_seal, is_sealed
from shared.vocabulary import Scope

MOST_FIELDS = 5_000


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at the desk, and the seal that forms shown to them carry."""

    who: Caller
    seal: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came from one of our own pages."""

    desk: Desk
    form: Form


def desk(request: Request, edges: Annotated[Edges, Depends(edges_of)]) -> Desk:
    """Let in who is logged in and may change things."""
    who = session_caller(request, edges)
    if who is None:
        raise HTTPException(401, "log in first")
    if not who.scope.covers(Scope.WRITE):
        raise HTTPException(403, "this page needs a token of scope write; log out and in again with one")
    return Desk(who, form_seal(_cookie(request, edges), key=edges.gate.key))


async def _form(request: Request) -> Form:
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(422, "this form has too many fields") from error


def sent(
    request: Request,
    at: Annotated[Desk, Depends(desk)],
    edges: Annotated[Edges, Depends(edges_of)],
    form: Annotated[Form, Depends(_form)],
) -> Sent:
    """Let through a form with the seal of this session; another site cannot know it."""
    if not is_sealed(form.get("seal", [""])[0], _cookie(request, edges), key=edges.gate.key):
        raise HTTPException(403, "this form is not from a page of your session; open the page again")
    return Sent(at, form)


def _cookie(request: Request, edges: Edges) -> str:
    return request.cookies.get(cookie_name(edges.public_url), "")


AtDesk = Annotated[Desk, Depends(desk)]
SentHere = Annotated[Sent, Depends(sent)]

"""Opening and closing a browser's session with a token."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from services.api.access import cookie_name, session_caller
from services.api.deps import Edges, edges_of
from services.api.limits import client_of, hold_to
from services.api.pages import page
from services.api.sessions import LASTS, write_session
from services.api.tokens import NotValid, find_token

UNSEEN = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
OUR_PAGES = re.compile(r"/(?:[A-Za-z0-9][A-Za-z0-9/_-]*)?")

router = APIRouter(include_in_schema=False)
EdgesHere = Annotated[Edges, Depends(edges_of)]


async def from_our_own_page(request: Request) -> None:
    """Refuse a form that another site's page sent, as the browser says."""
    origin = request.headers.get("origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if elsewhere or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "this form was sent by a page of another site")


async def posted(request: Request) -> dict[str, list[str]]:
    """Read a form."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qs(body, keep_blank_values=True, max_num_fields=500)
    except ValueError as error:
        raise HTTPException(422, "this form has too many fields") from error


@router.get("/login")
def ask_for_token(request: Request, edges: EdgesHere, to: Annotated[str, Query(max_length=300)] = "/") -> HTMLResponse:
    """Ask for a token."""
    who = session_caller(request, edges)
    return _unseen(page("login.html", to=_local(to), who=who, problem=""))


@router.post("/login", dependencies=[Depends(from_our_own_page)])
def open_session(
    request: Request, form: Annotated[dict[str, list[str]], Depends(posted)], edges: EdgesHere
) -> HTMLResponse:
    """Open a session for a valid token; a wrong one is asked for again."""
    hold_to(edges.gate.quotas.login, client_of(request.scope), request=request, edges=edges)
    token, to = form.get("token", [""])[0].strip(), _local(form.get("to", ["/"])[0])
    with edges.read() as session:
        found = find_token(session, token, now=edges.now())
    if isinstance(found, NotValid):
        again = page("login.html", to=to, who=None, problem=found.why.value)
        again.status_code = 401
        return _unseen(again)
    answer = HTMLResponse(status_code=303, headers={"Location": to, **UNSEEN})
    answer.set_cookie(
        cookie_name(edges.public_url),
        write_session(found.id, key=edges.gate.key, now=edges.now()),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=edges.public_url.startswith("https:"),
    )
    return answer


@router.post("/logout", dependencies=[Depends(from_our_own_page)])
def close_session(edges: EdgesHere) -> RedirectResponse:
    """Forget the session in this browser."""
    answer = RedirectResponse("/login", status_code=303, headers=UNSEEN)
    answer.delete_cookie(cookie_name(edges.public_url), secure=edges.public_url.startswith("https:"), httponly=True)
    return answer


def _local(path: str) -> str:
    """Return a path of ours; anything else leads to the first one."""
    return path if OUR_PAGES.fullmatch(path) else "/"


def _unseen(answer: HTMLResponse) -> HTMLResponse:
    answer.headers.update(UNSEEN)
    return answer

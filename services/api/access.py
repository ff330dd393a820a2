"""Who asks, and what that allows: a token in a header for programs, a session for people, nobody for what is open."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.api.deps import Edges, edges_of
from services.api.limits import hold_to
from services.api.sessions import read_session
from services.api.tokens import NotValid, TokenView, find_token, is_noted, note_use, token_by_id
from shared.vocabulary import Scope

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="stancewatch"'}
LOOKING = ("GET", "HEAD")

described = HTTPBearer(auto_error=False, description="A token from `stancewatch tokens create`, or the first one.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the holder of a token."""

    token_id: int
    name: str
    scope: Scope


def cookie_name(public_url: str) -> str:
    """Name the session's cookie; over https the browser itself keeps other hosts from setting it."""
    return "__Host-stancewatch" if public_url.startswith("https:") else "stancewatch"


def caller(
    request: Request,
    edges: Annotated[Edges, Depends(edges_of)],
    _: Annotated[HTTPAuthorizationCredentials | None, Security(described)],
) -> Caller | None:
    """Return who asks, nobody where no token is shown; a wrong token is refused rather than overlooked."""
    presented = presented_token(request.headers.get("authorization", ""))
    if presented is None:
        return session_caller(request, edges) if request.method in LOOKING else None
    with edges.read() as session:
        found = find_token(session, presented, now=edges.now())
    if isinstance(found, NotValid):
        raise HTTPException(401, found.why.value, headers=CHALLENGE)
    return _noted(found, request, edges)


def session_caller(request: Request, edges: Edges) -> Caller | None:
    """Return whose token opened the browser's session, while both are valid."""
    cookie = request.cookies.get(cookie_name(edges.public_url), "")
    opened = read_session(cookie, key=edges.gate.key, now=edges.now()) if cookie else None
    if opened is None:
        return None
    with edges.read() as session:
        found = token_by_id(session, opened.token_id, now=edges.now())
    return None if isinstance(found, NotValid) else _noted(found, request, edges)


def presented_token(header: str) -> str | None:
    """Return the token in an Authorization header; feed readers send it as the password of a Basic login."""
    kind, _, rest = header.strip().partition(" ")
    match kind.lower():
        case "bearer":
            return rest.strip()
        case "basic":
            try:
                return b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")[2]
            except (NotBase64, UnicodeDecodeError):
                return ""
        case _:
            return None if not header.strip() else ""


def may_read(edges: Annotated[Edges, Depends(edges_of)], who: Annotated[Caller | None, Depends(caller)]) -> None:
    """Let through who may look; with open reading that is everybody."""
    if who is None and not edges.gate.open_reading:
        raise HTTPException(401, "reading needs a token here: Authorization: Bearer TOKEN", headers=CHALLENGE)


def sees_receivers(who: Annotated[Caller | None, Depends(caller)]) -> bool:
    """Tell whether somebody may change subscriptions, and so may see where they lead and what came back from there."""
    return who is not None and who.scope.covers(Scope.WRITE)


def in_short(answer: str, *, whole: bool) -> str:
    """Return what a receiver answered; who may not see receivers reads only of what kind it was ("HTTP 500").

    A server's words may name the address, or hold whatever an endpoint puts into its error pages.
    """
    return answer if whole else answer.partition(":")[0]


def needs(scope: Scope) -> Callable[[Caller | None], Caller]:
    """Return a dependency that lets through only who holds a token of this scope."""

    def holder(who: Annotated[Caller | None, Depends(caller)]) -> Caller:
        if who is None:
            raise HTTPException(401, f"this needs a token of scope {scope}", headers=CHALLENGE)
        if not who.scope.covers(scope):
            raise HTTPException(403, f"this needs a token of scope {scope}; yours is of scope {who.scope}")
        return who

    return holder


def _noted(token: TokenView, request: Request, edges: Edges) -> Caller:
    hold_to(edges.gate.quotas.token, str(token.id), request=request, edges=edges)
    if not is_noted(token, now=edges.now()):
        with edges.begin() as tx:
            note_use(tx.session, token.id, now=edges.now())
    return Caller(token.id, token.name, token.scope)


SeesReceivers = Annotated[bool, Depends(sees_receivers)]
MaybeCaller = Annotated[Caller | None, Depends(caller)]
Writer = Annotated[Caller, Depends(needs(Scope.WRITE))]
Admin = Annotated[Caller, Depends(needs(Scope.ADMIN))]

"""The HTTP service, made around its edges: `stancewatch.web` joins it to the other services."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from services.api.access import may_read
from services.api.changes import AlreadyThere
from services.api.deps import Edges
from services.api.description import described_service
from services.api.guards import SECURITY_HEADERS, BodyCap, SecurityHeaders
from services.api.limits import ClientLimit
from services.api.pages import error_page
from services.api.parameters import only_known_parameters
from services.api.problems import Complaint, ProblemResponse, problem
from services.api.routes import (
    articles,
    deliveries,
    desk,
    desk_actions,
    desk_pages,
    endpoints,
    feed_wishes,
    feeds,
    figures,
    health,
    hubs,
    ledger,
    login,
    reasons,
    subscribers,
    subscriptions,
    tokens,
    topics,
    verdicts,
    warnings,
    watchlist,
)
from services.api.watchlist import WatchlistMistake, path_of
from shared.failures import UserMistake

DESK = (desk_pages.router, desk_actions.router)  # let in by their own session
# Who holds the link in a mail needs no token; everything else is shown only to who may read.
OPEN = (health.router, subscribers.router, feeds.by_link, hubs.router, login.router, *DESK)
PROGRAMS = (
    ledger,
    desk,
    articles,
    watchlist,
    topics,
    feed_wishes,
    subscriptions,
    endpoints,
    deliveries,
    reasons,
    verdicts,
    warnings,
    tokens,
)
GUARDED = (*(routes.router for routes in PROGRAMS), feeds.router, figures.router)
STATIC = Path(__file__).parent / "static"


def create_app(edges: Edges) -> FastAPI:
    """Return the service around `edges`; nothing is opened yet."""
    app = routed(open_reading=edges.gate.open_reading)
    app.state.edges = edges
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(UserMistake, _mistaken)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(BodyCap)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(app.state.edges.hosts), www_redirect=False)
    app.add_middleware(ClientLimit, edges=app.state.edges)
    app.add_middleware(SecurityHeaders)
    return app


def routed(*, open_reading: bool) -> FastAPI:
    """Return the routes with their description, around no edges yet."""
    app = FastAPI(title="stancewatch", version="1", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None)
    for router in OPEN:
        app.include_router(router)
    for router in GUARDED:
        app.include_router(router, dependencies=[Depends(may_read), Depends(only_known_parameters)])
    app.openapi = lambda: described_service(app, open_reading=open_reading)  # type: ignore[method-assign]
    return app


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/api/"):
        return problem(error.status_code, str(error.detail), headers=error.headers)
    if error.status_code == 401 and request.method in ("GET", "HEAD") and not request.url.path.endswith(".atom"):
        return RedirectResponse(f"/login?to={quote(request.url.path, safe='/')}", status_code=303)
    return error_page(error.status_code, str(error.detail), headers=error.headers)


def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if not request.url.path.startswith("/api/"):
        return error_page(404, "no such page")
    complaints = tuple(
        Complaint(where=path_of(tuple(complaint["loc"])), what=complaint["msg"]) for complaint in error.errors()
    )
    return problem(422, "the request does not say what this address needs", complaints=complaints)


def _mistaken(_: Request, error: Exception) -> ProblemResponse:
    if isinstance(error, WatchlistMistake):
        complaints = tuple(Complaint(where=where, what=what) for where, what in error.complaints)
        return problem(422, str(error), complaints=complaints)
    return problem(409 if isinstance(error, AlreadyThere) else 422, str(error))


def _database_away(request: Request, _: Exception) -> Response:
    return _refused(request, HTTPException(503, "the database does not answer", headers={"Retry-After": "5"}))


def _failed(request: Request, _: Exception) -> Response:
    """Answer for a bug, which is raised on into the log; this is outside of what guards all other answers."""
    answer = _refused(request, HTTPException(500, "something went wrong here; the log says what"))
    answer.headers.update(SECURITY_HEADERS)
    return answer

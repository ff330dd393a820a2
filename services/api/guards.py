"""What every answer carries and no request may exceed: security headers and a cap on bodies."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.problems import problem

LARGEST_BODY = 64 * 1024
LARGEST_PUSH = 10 * 1024 * 1024  # a hub may send a whole feed along
PUSHES = "/websub/"
LARGEST_WATCHLIST = 2_000_000
WATCHLIST = "/api/v1/watchlist"

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders:
    """Puts the security headers on every answer, errors too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self.app(scope, receive, send_guarded)


class BodyCap:
    """Refuses bodies over the cap, whether their length is announced or they just keep coming."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY) -> None:
        self.app = app
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        largest = self._largest(scope["path"])
        complaint = f"a request may carry {largest} bytes"
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isascii() or not announced.isdigit() or int(announced) > largest:
            await problem(413, complaint)(scope, receive, send)
            return
        seen = 0

        async def receive_capped() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > largest:
                raise HTTPException(413, complaint)
            return message

        await self.app(scope, receive_capped, send)

    def _largest(self, path: str) -> int:
        if path.startswith(PUSHES):
            return LARGEST_PUSH
        return LARGEST_WATCHLIST if path == WATCHLIST else self.largest

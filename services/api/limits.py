"""Holding everybody to a quota: each client address, each token, each address that tries to log in."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.deps import Edges
from services.api.pages import error_page
from services.api.problems import problem
from services.api.quotas import Over, Quota, Verdict, ask_leave, headers_of

UNCOUNTED = ("/healthz", "/readyz", "/static/")
IPV6_NETWORK = 64  # what one household or machine gets; within it addresses cost nothing
TOO_OFTEN = "too many requests; wait as long as Retry-After says"


class ClientLimit:
    """Refuses a client address that asks too often; every other answer says how much is left."""

    def __init__(self, app: ASGIApp, edges: Edges) -> None:
        self.app = app
        self.edges = edges

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        quota = self.edges.gate.quotas.client
        if scope["type"] != "http" or quota.most == 0 or scope["path"].startswith(UNCOUNTED):
            await self.app(scope, receive, send)
            return
        verdict = await run_in_threadpool(leave, self.edges, quota, client_of(scope))
        if isinstance(verdict, Over):
            refusal = problem if scope["path"].startswith("/api/") else error_page
            await refusal(429, TOO_OFTEN, headers=headers_of(verdict))(scope, receive, send)
            return
        scope.setdefault("state", {})["leave"] = verdict

        async def send_with_leave(message: Message) -> None:
            if message["type"] == "http.response.start" and "ratelimit" not in MutableHeaders(scope=message):
                MutableHeaders(scope=message).update(headers_of(scope["state"]["leave"]))
            await send(message)

        await self.app(scope, receive, send_with_leave)


def hold_to(quota: Quota, who: str, *, request: Request, edges: Edges) -> None:
    """Count a request of a token, or a try to log in; raise the 429 where it came too early."""
    if quota.most == 0:
        return
    verdict = leave(edges, quota, who)
    if isinstance(verdict, Over):
        raise HTTPException(429, TOO_OFTEN, headers=headers_of(verdict))
    request.state.leave = verdict


def leave(edges: Edges, quota: Quota, who: str) -> Verdict:
    """Ask whether a request may pass now."""
    return ask_leave(edges.gate.counter, quota, who, at=edges.now().timestamp())


def client_of(scope: Scope) -> str:
    """Return the address that asks; of IPv6 its network."""
    host = str((scope.get("client") or ("unknown",))[0])
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:100]
    if isinstance(address, IPv6Address):
        plain = address.ipv4_mapped
        return str(plain) if plain else f"{int(address) >> (128 - IPV6_NETWORK):x}"
    return str(address)

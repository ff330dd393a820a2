"""The one door out: every request to something a stranger named leaves here, checked, bounded and timed."""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import certifi
import httpcore

from shared.addresses import Address, Network, is_public, is_within, read_address
from shared.bodies import Excess, Unusable, read_body
from shared.locations import Forbidden, read_url, redirected
from shared.web import (
    Answered,
    Headers,
    Hop,
    Limits,
    Outcome,
    Refused,
    Request,
    Send,
    TimedOut,
    TooLarge,
    Unreachable,
)

__all__ = [
    "Answered",
    "Door",
    "Headers",
    "Hop",
    "Limits",
    "Outcome",
    "Refused",
    "Request",
    "Rules",
    "Send",
    "TimedOut",
    "TooLarge",
    "Unreachable",
]

Resolve = Callable[[str, int], Sequence[str]]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
SECRETS = frozenset({"authorization", "cookie", "proxy-authorization"})
MOST_HEADERS, MOST_HEADER_BYTES = 200, 64 * 1024
IDLE_SECONDS = 15

# When the request that this thread is sending must be over, on the monotonic clock.
_deadline: ContextVar[float] = ContextVar("_deadline")
# Whether the request that this thread is sending opened a connection of its own.
_opened: ContextVar[bool] = ContextVar("_opened")


@dataclass(frozen=True, slots=True)
class Rules:
    """Which ports, and which otherwise closed networks, may be reached."""

    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    networks: tuple[Network, ...] = ()


def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver for all addresses of `host`."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Door:
    """Sends requests; holds connections open between them and may be shared by threads."""

    def __init__(self, rules: Rules, *, resolve: Resolve = resolve_by_system, connections: int = 64) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(cafile=certifi.where()),
            max_connections=connections,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=_CheckedBackend(rules, resolve),
        )

    def send(self, request: Request, limits: Limits) -> Outcome:
        """Send `request` and return what came of it, after the redirects of a GET; never raises for what others do."""
        _deadline.set(time.monotonic() + limits.total_seconds)
        try:
            return self._send(request, limits)
        except Forbidden as error:
            return Refused(str(error))
        except httpcore.TimeoutException:
            return TimedOut("no answer in time")
        except (httpcore.NetworkError, httpcore.ProtocolError, Unusable) as error:
            return Unreachable(str(error) or type(error).__name__)

    def close(self) -> None:
        """Close the connections that are held open."""
        self._pool.close()

    def _send(self, request: Request, limits: Limits) -> Outcome:
        hops: tuple[Hop, ...] = ()
        while True:
            outcome = self._ask(request, limits)
            if not isinstance(outcome, Answered):
                return outcome
            follow = limits.redirects > 0 and request.method == "GET" and outcome.status in REDIRECTS
            location = outcome.header("location") if follow else None
            if location is None:
                return replace(outcome, redirects=hops)
            if len(hops) == limits.redirects:
                raise Forbidden(f"more than {limits.redirects} redirects")
            request = _redirected(request, location)
            hops = (*hops, Hop(outcome.status, request.url))

    def _ask(self, request: Request, limits: Limits) -> Answered | TooLarge:
        _opened.set(False)
        try:
            return self._exchange(request, limits)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            # A connection held open from before may be closed under us by the server; that says nothing about it.
            if _opened.get() or request.method != "GET":
                raise
            return self._exchange(request, limits)

    def _exchange(self, request: Request, limits: Limits) -> Answered | TooLarge:
        response = self._pool.handle_request(_message(request, limits))
        try:
            headers = _read_headers(response.headers)
            body = read_body(response.iter_stream(), headers, most=limits.body_bytes)
        except Excess:
            return TooLarge(response.status, request.url)
        finally:
            response.close()
        return Answered(response.status, headers, body, request.url)


def _message(request: Request, limits: Limits) -> httpcore.Request:
    url = read_url(request.url)
    headers = [(b"host", url.netloc), (b"accept-encoding", b"gzip")]
    headers += [(name.encode("ascii"), value.encode()) for name, value in request.headers]
    if request.method != "GET":
        headers.append((b"content-length", str(len(request.body)).encode()))
    waits = {"connect": limits.connect_seconds, "read": limits.read_seconds, "write": limits.read_seconds}
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=headers,
        content=request.body or None,
        extensions={"timeout": {**waits, "pool": limits.total_seconds}},
    )


def _redirected(request: Request, location: str) -> Request:
    before = read_url(request.url)
    after = redirected(before, location)
    same_origin = (before.scheme, before.netloc) == (after.scheme, after.netloc)
    kept = tuple(pair for pair in request.headers if same_origin or pair[0] not in SECRETS)
    return replace(request, url=str(after), headers=kept)


def _read_headers(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw)
    if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > MOST_HEADER_BYTES:
        raise Unusable("the answer's header is too large")
    return headers


class _CheckedBackend(httpcore.NetworkBackend):
    """Resolves a name once, refuses it if any of its addresses is closed, and connects to a checked address."""

    def __init__(self, rules: Rules, resolve: Resolve) -> None:
        self._rules = rules
        self._resolve = resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        _opened.set(True)
        failure: httpcore.NetworkError | httpcore.TimeoutException = httpcore.ConnectError(f"{host} has no address")
        for address in self._checked(host, port):
            try:
                stream = self._sockets.connect_tcp(str(address), port, _remaining(timeout), None, socket_options)
                return _TimedStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _checked(self, host: str, port: int) -> Sequence[Address]:
        try:
            addresses = [read_address(found) for found in self._resolve(host.strip("[]"), port)]
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved") from error
        for address in addresses:
            if is_within(address, self._rules.networks):
                continue
            if not is_public(address):
                raise Forbidden(
                    f"{host} leads to {address}, a closed network; STANCEWATCH_ALLOWED_NETWORKS may open it"
                )
            if port not in self._rules.ports:
                raise Forbidden(f"port {port} is closed; STANCEWATCH_ALLOWED_PORTS may open it")
        return list(dict.fromkeys(addresses))


class _TimedStream(httpcore.NetworkStream):
    """A connection on which no single read or write outlasts the whole request's deadline."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _remaining(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _remaining(timeout: float | None) -> float:
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the request's total time is over")
    return left if timeout is None else min(left, timeout)

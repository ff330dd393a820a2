"""The one door out: every request to something a stranger named leaves here, checked, bounded and timed."""

from collections.abc import Iterable
from dataclasses import replace

import httpcore

from shared.bodies import Excess, Unusable, read_body
from shared.connections import Connection, Connections, Rules, Unresolved, within
from shared.locations import Forbidden, read_url, redirected
from shared.resolving import Resolve, resolve_by_system
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
    "onward",
]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
SECRETS = frozenset({"authorization", "cookie", "proxy-authorization"})
MOST_HEADERS, MOST_HEADER_BYTES = 200, 64 * 1024


class Door:
    """Sends requests; holds connections open between them and may be shared by threads."""

    def __init__(self, rules: Rules, *, resolve: Resolve = resolve_by_system) -> None:
        self._connections = Connections(rules, resolve)

    def send(self, request: Request, limits: Limits) -> Outcome:
        """Send `request` and return what came of it, after the redirects of a GET; never raises for what others do."""
        try:
            with within(limits.total_seconds):
                return self._send(request, limits)
        except Forbidden as error:
            return Refused(str(error))
        except Unresolved as error:
            return TimedOut(str(error))
        except httpcore.TimeoutException:
            return TimedOut("no answer in time")
        except (httpcore.NetworkError, httpcore.ProtocolError, Unusable) as error:
            return Unreachable(str(error) or type(error).__name__)

    def close(self) -> None:
        """Close the connections that are held open."""
        self._connections.close()

    def _send(self, request: Request, limits: Limits) -> Outcome:
        hops: tuple[Hop, ...] = ()
        while True:
            outcome = self._ask(request, limits)
            if not isinstance(outcome, Answered):
                return outcome
            next_request = onward(request, outcome) if limits.redirects else None
            if isinstance(next_request, Refused):
                return next_request
            if next_request is None or not (limits.leaves_host or _host(next_request) == _host(request)):
                return replace(outcome, redirects=hops)
            if len(hops) == limits.redirects:
                raise Forbidden(f"more than {limits.redirects} redirects")
            request = next_request
            hops = (*hops, Hop(outcome.status, request.url))

    def _ask(self, request: Request, limits: Limits) -> Answered | TooLarge:
        message = _message(request, limits)
        connection = self._connections.take(message.url.origin, reuse=request.method == "GET")
        try:
            return self._exchange(connection, message, request, limits)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            if not connection.was_used:
                raise
            # The server closed a connection that was held open from before; that says nothing about this request.
            return self._exchange(self._connections.open(message.url.origin), message, request, limits)

    def _exchange(
        self, connection: Connection, message: httpcore.Request, request: Request, limits: Limits
    ) -> Answered | TooLarge:
        with connection:
            response = connection.http.handle_request(message)
            try:
                headers = _read_headers(response.headers)
                body = read_body(response.iter_stream(), headers, most=limits.body_bytes)
            except Excess:
                return TooLarge(response.status, request.url)
            finally:
                response.close()
        return Answered(response.status, headers, body, request.url)


def onward(request: Request, answer: Answered) -> Request | Refused | None:
    """Return the request that an answer to a GET redirects to, or why it must not be sent; None where it does not."""
    location = answer.header("location") if request.method == "GET" and answer.status in REDIRECTS else None
    if location is None:
        return None
    try:
        return _redirected(request, location)
    except Forbidden as error:
        return Refused(str(error))


def _host(request: Request) -> bytes:
    return read_url(request.url).raw_host


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

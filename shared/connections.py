"""Connections to checked addresses only, on which no single wait outlasts the request it belongs to."""

import ssl
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from types import TracebackType
from typing import Any

import certifi
import httpcore

from shared.addresses import Address, Network, is_public, is_within, read_address
from shared.locations import Forbidden
from shared.resolving import Resolve, Resolver

IDLE_SECONDS = 15
MOST_ADDRESSES = 500  # of one name; more than that is no service but an attack
MOST_IDLE = 64

# When the request that this thread is sending must be over, on the monotonic clock.
_deadline: ContextVar[float] = ContextVar("_deadline")


@dataclass(frozen=True, slots=True)
class Rules:
    """Which ports, and which otherwise closed networks, may be reached."""

    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    networks: tuple[Network, ...] = ()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let whatever this thread sends and reads be over in so many seconds."""
    before = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(before)


@dataclass(slots=True)
class Connection:
    """A connection lent for one request; it goes back to be used again if the request left it fit for that."""

    origin: httpcore.Origin
    http: httpcore.HTTPConnection
    was_used: bool
    give_back: Callable[["Connection"], None] = field(repr=False)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None and self.http.is_idle():
            self.give_back(self)
        else:
            self.http.close()


class Connections:
    """Opens connections and holds some of them open; httpcore's own pool takes time that grows with its size."""

    def __init__(self, rules: Rules, resolve: Resolve) -> None:
        self._trust = ssl.create_default_context(cafile=certifi.where())
        self._backend = _CheckedBackend(rules, resolve)
        self._idle: OrderedDict[tuple[bytes, bytes, int], httpcore.HTTPConnection] = OrderedDict()
        self._lock = Lock()

    def take(self, origin: httpcore.Origin, *, reuse: bool) -> Connection:
        """Lend the connection that is held open to `origin`, or a new one."""
        with self._lock:
            held = self._idle.pop(_key(origin), None) if reuse else None
        if held is not None and held.is_available() and not held.has_expired():
            return Connection(origin, held, True, self._hold)
        if held is not None:
            held.close()
        return self.open(origin)

    def open(self, origin: httpcore.Origin) -> Connection:
        """Lend a new connection; its name is resolved and checked when it is first used."""
        http = httpcore.HTTPConnection(
            origin, ssl_context=self._trust, keepalive_expiry=IDLE_SECONDS, network_backend=self._backend
        )
        return Connection(origin, http, False, self._hold)

    def close(self) -> None:
        """Close the connections that are held open."""
        with self._lock:
            while self._idle:
                self._idle.popitem()[1].close()

    def _hold(self, connection: Connection) -> None:
        with self._lock:
            surplus = [self._idle.pop(_key(connection.origin), None)]
            self._idle[_key(connection.origin)] = connection.http
            if len(self._idle) > MOST_IDLE:
                surplus.append(self._idle.popitem(last=False)[1])
        for http in surplus:
            if http is not None:
                http.close()


def _key(origin: httpcore.Origin) -> tuple[bytes, bytes, int]:
    return origin.scheme, origin.host, origin.port


class Unresolved(httpcore.ConnectTimeout):
    """The resolver did not answer in time."""


class _CheckedBackend(httpcore.NetworkBackend):
    """Resolves a name once, refuses it if any of its addresses is closed, and connects to a checked address."""

    def __init__(self, rules: Rules, resolve: Resolve) -> None:
        self._rules = rules
        self._resolver = Resolver(resolve)
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        failure: httpcore.NetworkError | httpcore.TimeoutException = httpcore.ConnectError(f"{host} has no address")
        for address in self._checked(host, port, _remaining(timeout)):
            try:
                stream = self._sockets.connect_tcp(str(address), port, _remaining(timeout), None, socket_options)
                return _TimedStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _checked(self, host: str, port: int, seconds: float) -> Sequence[Address]:
        try:
            found = self._resolver.addresses(host.strip("[]"), port, seconds=seconds)
            addresses = [read_address(each) for each in found[:MOST_ADDRESSES]]
        except TimeoutError as error:
            raise Unresolved(str(error)) from error
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

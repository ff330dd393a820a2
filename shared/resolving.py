"""Looking names up within a deadline: a resolver that hangs costs the name that was asked for, and no other."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from ipaddress import ip_address
from threading import Lock, Thread

Resolve = Callable[[str, int], Sequence[str]]
MOST_AT_ONCE = 64  # look-ups that may hang before new names are refused; the system's own limit lies at minutes


def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver for all addresses of `host`; it has no deadline of its own that we could set."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Resolver:
    """Looks names up, each in a thread of its own that may hang; whoever asks for the same name shares it."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._running: dict[tuple[str, int], Future[Sequence[str]]] = {}
        self._lock = Lock()

    def addresses(self, host: str, port: int, *, seconds: float) -> Sequence[str]:
        """Return all addresses of a name; `OSError` or `UnicodeError` where there are none, `TimeoutError` in time."""
        if _is_address(host):
            return [host]
        try:
            return self._look_up(host, port).result(timeout=max(0.0, seconds))
        except OutOfTime as error:
            raise TimeoutError(f"the name {host} was not resolved in time") from error

    def _look_up(self, host: str, port: int) -> Future[Sequence[str]]:
        with self._lock:
            running = self._running.get((host, port))
            if running is not None:
                return running
            if len(self._running) >= MOST_AT_ONCE:
                raise OSError("too many names wait for the resolver")
            found: Future[Sequence[str]] = Future()
            self._running[host, port] = found
        Thread(target=self._answer, args=(host, port, found), name="look-up", daemon=True).start()
        return found

    def _answer(self, host: str, port: int, found: Future[Sequence[str]]) -> None:
        try:
            addresses = self._resolve(host, port)
            self._over(host, port)
            found.set_result(addresses)
        except (OSError, UnicodeError) as error:
            self._over(host, port)
            found.set_exception(error)

    def _over(self, host: str, port: int) -> None:
        """Forget a look-up before it is told: an answer is for those who waited for it, and later ones ask anew."""
        with self._lock:
            self._running.pop((host, port), None)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

"""What is asked of a stranger's server, and what may come of it."""

from collections.abc import Callable
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask of whom; header names in lower case."""

    url: str
    method: str = "GET"
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a request may take and how much may come back; redirects are followed for GET only."""

    connect_seconds: float = 10
    read_seconds: float = 20
    total_seconds: float = 60
    body_bytes: int = 10 * 1024 * 1024
    redirects: int = 5
    leaves_host: bool = True  # else a redirect to another host is what is answered


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed: its status and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer from `url`, after `redirects`; header names in lower case, body decoded."""

    status: int
    headers: Headers
    body: bytes
    url: str
    redirects: tuple[Hop, ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first header of that (lower-case) name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Refused:
    """Our own rules forbid this request or where it was redirected to."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No usable answer came: no such name, no connection, broken off, or not HTTP."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooLarge:
    """An answer came with `status`, but its body passed the limit and was cut off."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """A deadline passed."""

    reason: str


Outcome = Answered | Refused | Unreachable | TooLarge | TimedOut
Send = Callable[[Request, Limits], Outcome]

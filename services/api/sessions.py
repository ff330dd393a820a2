"""A browser's session: a signed note of whose token opened it, and the seal that its forms must carry."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.secret import derived

LASTS = timedelta(hours=12)
LONGEST_COOKIE = 300


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened with a token and is not over; the token may have been revoked since."""

    token_id: int


def write_session(token_id: int, *, key: str, now: datetime) -> str:
    """Return the cookie of a new session."""
    note = f"{token_id}.{int((now + LASTS).timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{note}.{_mac(note, key, 'session')}"


def read_session(cookie: str, *, key: str, now: datetime) -> Opened | None:
    """Return the session of a cookie that was written here and is not over."""
    note, _, mac = cookie[:LONGEST_COOKIE].rpartition(".")
    if not note or not hmac.compare_digest(mac.encode(), _mac(note, key, "session").encode()):
        return None
    token_id, until, _ = note.split(".", 2)
    return Opened(int(token_id)) if now < datetime.fromtimestamp(int(until), UTC) else None


def form_seal(cookie: str, *, key: str) -> str:
    """Return what a form of this session carries, which no other site can know."""
    return _mac(cookie[:LONGEST_COOKIE], key, "form")


def is_sealed(given: str, cookie: str, *, key: str) -> bool:
    """Tell whether a form came from a page that was made for this session."""
    return hmac.compare_digest(given.encode(), form_seal(cookie, key=key).encode())


def _mac(text: str, key: str, purpose: str) -> str:
    return hmac.new(derived(key, f"stancewatch {purpose}"), text.encode(), "sha256").hexdigest()

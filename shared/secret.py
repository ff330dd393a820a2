"""No service starts with a secret key that is missing, or that somebody else may know."""

from __future__ import annotations

import hmac

from shared.failures import UserMistake
from shared.settings import HOW_TO_MAKE_A_KEY, Settings


def refuse_without_key(settings: Settings) -> None:
    """Raise `UserMistake` where each machine would make a key of its own, which opens nothing of the others.

    One machine on SQLite makes its key once, beside its data; `stancewatch up` hands it to all that it starts.
    """
    if not settings.secret_key.get_secret_value() and not settings.database.startswith("sqlite"):
        raise UserMistake(f"STANCEWATCH_SECRET_KEY: is not set; all services need the same one: {HOW_TO_MAKE_A_KEY}")


def derived(key: str, purpose: str) -> bytes:
    """Return 32 bytes for one purpose, from which neither the key nor the bytes for another purpose can be told."""
    return hmac.digest(key.encode(), purpose.encode(), "sha256")

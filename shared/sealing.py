"""Keeping secrets unreadable in the database: sealed when written and opened when read, or hashed to be found by."""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from shared.failures import PermanentFailure, UserMistake
from shared.secret import derived, refuse_without_key
from shared.settings import Settings, settings

KEY_BYTES = 32
PURPOSE = "sealed at rest"
_given: ContextVar[str] = ContextVar("_given", default="")


class Sealed(TypeDecorator[str]):
    """A text that only who has the installation's key can read; it cannot be searched for."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else seal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else unseal(value)


def seal(text: str) -> str:
    """Return `text` as it may be stored."""
    return _keyring().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return what was sealed with the present key or the one before it."""
    try:
        return _keyring().decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError) as error:
        raise PermanentFailure(
            "a stored secret was sealed with another STANCEWATCH_SECRET_KEY;"
            " name that one in STANCEWATCH_PREVIOUS_SECRET_KEY"
        ) from error


def hash_of(token: str) -> str:
    """Return what a token is found by; 256 random bits need no salt and no slow hash."""
    return sha256(token.encode()).hexdigest()


def service_key(chosen: Settings) -> str:
    """Return the key that the settings name; one machine on SQLite makes its own at the first use."""
    refuse_without_key(chosen)
    return chosen.secret_key.get_secret_value() or _key_beside_the_data(chosen.data_dir / "secret_key")


def new_key() -> str:
    """Return a key that nobody can guess."""
    return secrets.token_urlsafe(KEY_BYTES)


@contextmanager
def using_key(key: str) -> Iterator[None]:
    """Seal with `key` instead of the one that the settings name, until the block ends."""
    before = _given.set(key)
    try:
        yield
    finally:
        _given.reset(before)


def _keyring() -> MultiFernet:
    """The first key seals, each of them opens."""
    if given := _given.get():
        return _ring(given)
    chosen = settings()
    return _ring(service_key(chosen), chosen.previous_secret_key.get_secret_value())


@lru_cache(maxsize=8)
def _ring(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(derived(key, PURPOSE))) for key in keys if key])


@lru_cache(maxsize=8)
def _key_beside_the_data(file: Path) -> str:
    try:
        if not file.exists():
            _make_key(file)
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserMistake(f"{file}: {error}; set STANCEWATCH_SECRET_KEY or STANCEWATCH_DATA_DIR") from error
    if not key:
        raise UserMistake(f"{file}: is empty; delete it or set STANCEWATCH_SECRET_KEY")
    return key


def _make_key(file: Path) -> None:
    """Write a new key whole, readable by its owner alone; where another process was faster, its key stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
        stream.write(new_key())
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()

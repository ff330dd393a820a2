"""Tokens for the API: made at random, shown once, kept as hashes."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Session, col, select

from services.api.changes import AlreadyThere
from shared.failures import UserMistake
from shared.sealing import hash_of
from shared.tables import ApiToken
from shared.vocabulary import Scope

PREFIX = "swt_"  # so that people, and programs that look for leaked secrets, know one when they see it
TOKEN_BYTES = 32
LONGEST_TOKEN, LONGEST_NAME = 200, 100
NOTED_AGAIN_AFTER = timedelta(hours=1)
FIRST = "first admin"


class WhyNotValid(StrEnum):
    UNKNOWN = "this token is not known; `stancewatch tokens create NAME` makes one"
    REVOKED = "this token was revoked"
    EXPIRED = "this token has expired"


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as people see it in a list."""

    id: int
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def lives(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made: the only time that it is seen."""

    token: str
    view: TokenView


@dataclass(frozen=True, slots=True)
class NotValid:
    """What was presented opens nothing."""

    why: WhyNotValid


def create_token(session: Session, name: str, scope: Scope, *, expires_at: datetime | None, now: datetime) -> NewToken:
    """Make a token, or raise `UserMistake` where its name is taken."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UserMistake(f"name: must be 1 to {LONGEST_NAME} characters that can be printed")
    if session.exec(select(ApiToken.id).where(ApiToken.name == name)).first() is not None:
        raise AlreadyThere(f"name: there is, or was, a token named '{name}'; choose another name")
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    row = ApiToken(name=name, token_hash=hash_of(token), scope=scope, created_at=now, expires_at=expires_at)
    session.add(row)
    session.flush()
    return NewToken(token, _view(row))


def first_admin_token(session: Session, *, now: datetime) -> NewToken | None:
    """Make an admin token where no valid one exists."""
    admins = session.exec(select(ApiToken).where(ApiToken.scope == Scope.ADMIN)).all()
    if any(_view(row).lives(now) for row in admins):
        return None
    taken = set(session.exec(select(ApiToken.name)).all())
    name = next(name for number in range(1, len(taken) + 2) if (name := _numbered(number)) not in taken)
    return create_token(session, name, Scope.ADMIN, expires_at=None, now=now)


def find_token(session: Session, presented: str, *, now: datetime) -> TokenView | NotValid:
    """Return the token that was presented, or why it is not valid."""
    wanted = hash_of(presented[:LONGEST_TOKEN])
    row = session.exec(select(ApiToken).where(ApiToken.token_hash == wanted)).first()
    if row is None or not hmac.compare_digest(row.token_hash, wanted):
        return NotValid(WhyNotValid.UNKNOWN)
    return _valid(row, now)


def token_by_id(session: Session, token_id: int, *, now: datetime) -> TokenView | NotValid:
    """Return the token behind a session, or why it is not valid any more."""
    row = session.get(ApiToken, token_id)
    return NotValid(WhyNotValid.UNKNOWN) if row is None else _valid(row, now)


def is_noted(token: TokenView, *, now: datetime) -> bool:
    """Tell whether a use need not be noted, since one of the last hour is."""
    return token.last_used_at is not None and now - token.last_used_at < NOTED_AGAIN_AFTER


def note_use(session: Session, token_id: int, *, now: datetime) -> None:
    """Note that a token was used."""
    session.execute(update(ApiToken).where(col(ApiToken.id) == token_id).values(last_used_at=now))


def list_tokens(session: Session) -> tuple[TokenView, ...]:
    """Return all tokens, also those that are valid no more, in the order in which they were made."""
    return tuple(map(_view, session.exec(select(ApiToken).order_by(col(ApiToken.id)))))


def revoke_token(session: Session, name_or_id: str, *, now: datetime) -> TokenView:
    """Make a token invalid for good, by its name or its id; raise `UserMistake` where there is none."""
    by_name = session.exec(select(ApiToken).where(ApiToken.name == name_or_id)).first()
    number = int(name_or_id) if name_or_id.isascii() and name_or_id.isdigit() and len(name_or_id) < 19 else None
    row = by_name or (session.get(ApiToken, number) if number is not None else None)
    if row is None:
        raise UserMistake(f"there is no token '{name_or_id}'; `stancewatch tokens list` shows them")
    assert row.id is not None
    return revoke_by_id(session, row.id, now=now)


def revoke_by_id(session: Session, token_id: int, *, now: datetime) -> TokenView:
    """Make a token invalid for good; doing so again changes nothing."""
    row = session.get_one(ApiToken, token_id)
    row.revoked_at = row.revoked_at or now
    session.add(row)
    return _view(row)


def _valid(row: ApiToken, now: datetime) -> TokenView | NotValid:
    view = _view(row)
    if view.lives(now):
        return view
    return NotValid(WhyNotValid.REVOKED if view.revoked_at is not None else WhyNotValid.EXPIRED)


def _numbered(number: int) -> str:
    return FIRST if number == 1 else f"{FIRST} {number}"


def _view(row: ApiToken) -> TokenView:
    assert row.id is not None
    when = (row.created_at, row.expires_at, row.last_used_at, row.revoked_at)
    return TokenView(row.id, row.name, row.scope, *when)

"""Who may ask the API, and what it answered to requests that may be repeated."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from shared.sealing import Sealed
from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import Scope


class ApiToken(SQLModel, table=True):
    """A token by its hash: the token itself is shown once to who makes it and kept nowhere."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str = Field(unique=True)
    token_hash: str = Field(unique=True)
    scope: Scope = Field(sa_type=Word(Scope))
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KeptAnswer(SQLModel, table=True):
    """The answer to a POST with an Idempotency-Key; without `status` somebody is at it, until `claimed_until`.

    The answer is saved with the effect, in one transaction: a claim that is left behind had none.
    """

    __tablename__ = "kept_answer"

    token_id: int = Field(primary_key=True, foreign_key="api_token.id", sa_type=BigId)
    key: str = Field(primary_key=True)
    request_hash: str
    claim: str
    claimed_until: datetime = Field(sa_type=UtcDateTime)
    kept_until: datetime = Field(sa_type=UtcDateTime, index=True)
    status: int | None = None
    location: str | None = None
    body: str | None = Field(default=None, sa_type=Sealed)

"""What people wish to watch and hear of; written by people through the API and the command line."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import ActorKind


class Figure(SQLModel, table=True):
    """A watched actor; `retired_at` is set when it leaves the watchlist, since statements still refer to it."""

    id: str = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    kind: ActorKind = Field(sa_type=Word(ActorKind))
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Issue(SQLModel, table=True):
    """What a stance is about; `favor` means in favour of the proposition."""

    id: str = Field(primary_key=True)
    name: str
    proposition: str
    terms: list[str] = Field(default_factory=list, sa_type=JSON)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Subscription(SQLModel, table=True):
    """Who wants to know what, and how; an empty list of figures, issues or kinds means any."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str = Field(unique=True)
    figures: list[str] = Field(default_factory=list, sa_type=JSON)
    issues: list[str] = Field(default_factory=list, sa_type=JSON)
    kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    email: str | None = None
    webhook: str | None = None
    webhook_secret: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

"""What people wish to watch and hear of; written by people through the API and the command line."""

from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import JSON, event
from sqlmodel import Field, SQLModel

from shared.sealing import Sealed, hash_of
from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import ActorKind, Frequency, Origin


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


def new_token() -> str:
    """Return a token that nobody can guess."""
    return token_urlsafe(32)


class Subscription(SQLModel, table=True):
    """Who wants to know what, how and how often; an empty list of figures, issues, kinds or outlets means any.

    An empty list of `signals` means none: early warnings are for who asks for them. Hours are of `timezone`;
    `chosen_frequency` is its holder's own and goes before the operator's; `token` lets its holder manage and end the
    subscription, and is found by its hash. The secret before the last change still signs until `previous_secret_until`.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str = Field(unique=True)
    figures: list[str] = Field(default_factory=list, sa_type=JSON)
    issues: list[str] = Field(default_factory=list, sa_type=JSON)
    kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    signals: list[str] = Field(default_factory=list, sa_type=JSON)
    outlets: list[str] = Field(default_factory=list, sa_type=JSON)
    minimum_confidence: float = 0.0
    own_words_only: bool = False
    frequency: Frequency = Field(default=Frequency.NOW, sa_type=Word(Frequency))
    chosen_frequency: Frequency | None = Field(default=None, sa_type=Word(Frequency))
    timezone: str = "UTC"
    digest_hour: int = 8
    quiet_from: int | None = None
    quiet_until: int | None = None
    most_per_hour: int = 60
    paused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    email: str | None = None
    webhook: str | None = None
    webhook_secret: str | None = Field(default=None, sa_type=Sealed)
    previous_secret: str | None = Field(default=None, sa_type=Sealed)
    previous_secret_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    chat: str | None = Field(default=None, sa_type=Sealed)
    origin: Origin = Field(default=Origin.FILE, sa_type=Word(Origin))
    token_hash: str = Field(default="", unique=True)  # before `token`, by which it is set
    token: str = Field(default_factory=new_token, sa_type=Sealed)
    created_at: datetime = Field(sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@event.listens_for(Subscription.token, "set")
def _hash_follows(row: Subscription, token: str, *_: object) -> None:
    row.token_hash = hash_of(token)


@event.listens_for(Subscription, "before_insert")
def _hash_is_there(_mapper: object, _connection: object, row: Subscription) -> None:
    """A token given by hand is set before the hash's default is."""
    row.token_hash = hash_of(row.token)

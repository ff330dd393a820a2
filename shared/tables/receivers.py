"""How receivers stand: endpoints that keep failing, mailboxes that bounce or have not agreed yet; written by alert."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from shared.sealing import Sealed
from shared.tables.columns import BigId, UtcDateTime


class Endpoint(SQLModel, table=True):
    """A webhook address since its last success; `disabled_at` is set when it failed too long or said it is gone."""

    subscription_id: int = Field(primary_key=True, foreign_key="subscription.id", sa_type=BigId)
    address: str = Field(primary_key=True)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = ""


class Mailbox(SQLModel, table=True):
    """An e-mail address that bounced; nothing is sent to it while `suppressed_at` is set."""

    address: str = Field(primary_key=True)
    score: float = 0.0
    bounced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    suppressed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = ""


class MailDomain(SQLModel, table=True):
    """How much mail a domain may get: when its next place is free, and the last place given to mail that waits."""

    domain: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcDateTime)
    planned_until: datetime = Field(sa_type=UtcDateTime)


class Consent(SQLModel, table=True):
    """The double opt-in of a subscription's address: only with `confirmed_at` is mail sent to it.

    `ask_at` is when a question is due; its `token` is in that mail alone. `withdrawn_at` is its holder's no, which
    stays whatever the operator wishes.
    """

    subscription_id: int = Field(primary_key=True, foreign_key="subscription.id", sa_type=BigId)
    address: str = Field(index=True)
    asked_by: str = ""
    token: str | None = Field(default=None, sa_type=Sealed)
    token_hash: str | None = Field(default=None, unique=True)
    ask_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    times_asked: int = 0
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

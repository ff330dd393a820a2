"""How receivers stand: endpoints that keep failing, mailboxes that bounce or have not agreed yet; written by alert."""

from datetime import datetime

from sqlmodel import Field, SQLModel

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


class Consent(SQLModel, table=True):
    """The double opt-in of a subscription that somebody made for an address; none means that the operator vouches."""

    subscription_id: int = Field(primary_key=True, foreign_key="subscription.id", sa_type=BigId)
    address: str = Field(index=True)
    token_hash: str = Field(unique=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

"""Who was told what: alerts, one delivery for each channel, and every try at sending."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, News


class Alert(SQLModel, table=True):
    """A shift that matched a subscription, with the reason why; `news` tells a later correction from the first word.

    A correction may tell that the shift stands instead of another. A shift that falls and stands again is told of more
    than once: `nth` counts from 0. An early warning is of a pressure instead; the question whether an address wants
    mail at all is of neither.
    """

    __table_args__ = (
        UniqueConstraint("shift_id", "subscription_id", "news", "nth", name="uq_alert"),
        UniqueConstraint("pressure_id", "subscription_id", "news", name="uq_alert_pressure"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    shift_id: int | None = Field(foreign_key="shift.id", sa_type=BigId)
    pressure_id: int | None = Field(default=None, foreign_key="pressure.id", sa_type=BigId)
    subscription_id: int = Field(foreign_key="subscription.id", index=True, sa_type=BigId)
    news: News = Field(default=News.DETECTED, sa_type=Word(News))
    nth: int = 0
    instead_of_id: int | None = Field(default=None, foreign_key="shift.id", sa_type=BigId)
    reason: str
    raised_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Delivery(SQLModel, table=True):
    """One channel's copy of an alert; `key` is the stable id that the receiver sees on every try.

    The `lane` names whose patience it tries: a mailbox shares its domain's.

    A copy with `sent_with_id` travels in the message of that other delivery, as digests and summaries do.
    """

    __table_args__ = (UniqueConstraint("alert_id", "channel", name="uq_delivery"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    alert_id: int = Field(foreign_key="alert.id", sa_type=BigId)
    channel: ChannelKind = Field(sa_type=Word(ChannelKind))
    address: str
    lane: str = ""
    key: str = Field(unique=True)
    state: DeliveryState = Field(default=DeliveryState.PENDING, sa_type=Word(DeliveryState))
    attempts: int = 0
    next_attempt_at: datetime | None = Field(sa_type=UtcDateTime, index=True)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = ""
    lease_token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    nudged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_with_id: int | None = Field(default=None, foreign_key="delivery.id", index=True, sa_type=BigId)


class Attempt(SQLModel, table=True):
    """One try at sending; written before the first byte leaves and completed with what came back."""

    __table_args__ = (UniqueConstraint("delivery_id", "number", name="uq_attempt"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    delivery_id: int = Field(foreign_key="delivery.id", sa_type=BigId)
    number: int
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    outcome: AttemptOutcome = Field(sa_type=Word(AttemptOutcome))
    detail: str = ""

"""Tests that people asked for: one message of nobody by one way of a subscription, and what came of it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import ChannelKind


class Rehearsal(SQLModel, table=True):
    """A test by one channel; asked for by people, sent and noted by alert."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    subscription_id: int = Field(foreign_key="subscription.id", index=True, sa_type=BigId)
    channel: ChannelKind = Field(sa_type=Word(ChannelKind))
    asked_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str = ""
    detail: str = ""

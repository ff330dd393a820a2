"""What one service left for another to do: the row behind an event, gone once it is done."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import HandoffState


class Handoff(SQLModel, table=True):
    """One task that waits for one subject: written with the change that caused it, deleted with its effect."""

    __table_args__ = (UniqueConstraint("task", "subject_id", name="uq_handoff"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    task: str = Field(max_length=64)
    subject_id: int = Field(sa_type=BigId)
    state: HandoffState = Field(default=HandoffState.WAITING, sa_type=Word(HandoffState))
    waiting_since: datetime = Field(sa_type=UtcDateTime, index=True)
    attempts: int = 0
    reason: str = ""
    lease_token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    nudged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Heartbeat(SQLModel, table=True):
    """When each worker last did a piece of real work that came through the broker."""

    worker: str = Field(primary_key=True)
    beat_at: datetime = Field(sa_type=UtcDateTime)

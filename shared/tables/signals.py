"""Early warnings: what is said of a figure before the figure says anything."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import Arrival, Stance


class Pressure(SQLModel, table=True):
    """Several independent sources press a figure whose position on an issue is mixed or not known.

    `sources` counts the stories between `since` and `until`; `toward` is what they ask for where they agree, else
    `none`. It is over at `ended_at`, once the figure took a side or too few sources are left; calls that all came after
    it are another pressure. It `arrived` as history where articles that were old when their feed was first read show it
    by themselves.
    """

    __table_args__ = (Index("ix_pressure_topic", "figure_id", "issue_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    figure_id: str = Field(foreign_key="figure.id")
    issue_id: str = Field(foreign_key="issue.id")
    toward: Stance = Field(sa_type=Word(Stance))
    sources: int
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime, index=True)
    statement_id: int = Field(foreign_key="statement.id", sa_type=BigId)
    noticed_at: datetime = Field(sa_type=UtcDateTime)
    arrived: Arrival = Field(default=Arrival.LIVE, sa_type=Word(Arrival))
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

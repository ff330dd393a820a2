"""Changes of position, each with the statement before and the statement after."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import Arrival, Decision, ShiftBasis, ShiftKind, ShiftStatus, Stance


class Shift(SQLModel, table=True):
    """A change of position; `at` is when the article that first shows it was published.

    It `arrived` as history where articles that were old when their feed was first read show it by themselves. The
    sources count the articles that bear each side out. A pending one waits until `pending_until` for what confirms
    it; `withdrawn_because` says why one fell.
    """

    __table_args__ = (UniqueConstraint("actor_id", "issue_id", "after_statement_id", name="uq_shift"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    actor_id: int = Field(foreign_key="actor.id", sa_type=BigId)
    figure_id: str = Field(foreign_key="figure.id", index=True)
    issue_id: str = Field(foreign_key="issue.id")
    kind: ShiftKind = Field(sa_type=Word(ShiftKind))
    from_stance: Stance = Field(sa_type=Word(Stance))
    to_stance: Stance = Field(sa_type=Word(Stance))
    before_statement_id: int = Field(foreign_key="statement.id", sa_type=BigId)
    after_statement_id: int = Field(foreign_key="statement.id", sa_type=BigId)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    detected_at: datetime = Field(sa_type=UtcDateTime)
    confidence: float
    reason: str
    basis: ShiftBasis = Field(default=ShiftBasis.SHOWN, sa_type=Word(ShiftBasis))
    before_sources: int = 1
    after_sources: int = 1
    status: ShiftStatus = Field(default=ShiftStatus.STANDING, sa_type=Word(ShiftStatus))
    arrived: Arrival = Field(default=Arrival.LIVE, sa_type=Word(Arrival))
    pending_until: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    withdrawn_because: str = ""
    decided: Decision | None = Field(default=None, sa_type=Word(Decision))

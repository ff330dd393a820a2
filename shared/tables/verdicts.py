"""What people said of single readings: this statement or this shift is right, or it is not."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import Decision, Stance, StatementKind


class StatementVerdict(SQLModel, table=True):
    """A verdict on what one article's words show of an actor on an issue; it holds for every later reading of them.

    A rejection holds whatever stance they are read as, a confirmation for the `stance` that was shown. Nothing is
    deleted: an undone verdict keeps who gave it, and who took it back.
    """

    __tablename__ = "statement_verdict"
    __table_args__ = (Index("ix_statement_verdict_article", "article_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    statement_id: int = Field(foreign_key="statement.id", sa_type=BigId)
    article_id: int = Field(foreign_key="article.id", sa_type=BigId)
    actor_id: int = Field(foreign_key="actor.id", sa_type=BigId)
    issue_id: str = Field(foreign_key="issue.id", index=True)
    kind: StatementKind = Field(sa_type=Word(StatementKind))
    words: int = Field(sa_type=BigInteger)
    stance: Stance = Field(sa_type=Word(Stance))
    decision: Decision = Field(sa_type=Word(Decision))
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    why: str = ""
    undone_by: str = ""
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ShiftVerdict(SQLModel, table=True):
    """A verdict on a change of position between two quotes; it holds wherever the same pair is shown again."""

    __tablename__ = "shift_verdict"
    __table_args__ = (Index("ix_shift_verdict_topic", "figure_id", "issue_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    shift_id: int = Field(foreign_key="shift.id", sa_type=BigId)
    figure_id: str = Field(foreign_key="figure.id")
    issue_id: str = Field(foreign_key="issue.id")
    before_article_id: int = Field(foreign_key="article.id", sa_type=BigId)
    before_words: int = Field(sa_type=BigInteger)
    after_article_id: int = Field(foreign_key="article.id", sa_type=BigId)
    after_words: int = Field(sa_type=BigInteger)
    decision: Decision = Field(sa_type=Word(Decision))
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    why: str = ""
    undone_by: str = ""
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

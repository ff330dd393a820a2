"""What a reading of an article found: actors and their dated, evidenced stances."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import ActorKind, Arrival, Skipped, Stance


class Tagging(SQLModel, table=True):
    """One reading of one revision of an article by one version of the tagger; `skipped` says why it found nothing."""

    __table_args__ = (UniqueConstraint("article_id", "tagger_version", name="uq_tagging"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    article_id: int = Field(foreign_key="article.id", sa_type=BigId)
    tagger_version: str
    tagged_at: datetime = Field(sa_type=UtcDateTime)
    revision: int = 1
    skipped: Skipped | None = Field(default=None, sa_type=Word(Skipped))


class Actor(SQLModel, table=True):
    """A person or organisation articles speak of; `figure_id` where the watchlist knows it."""

    __table_args__ = (UniqueConstraint("name", "kind", name="uq_actor"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str
    kind: ActorKind = Field(sa_type=Word(ActorKind))
    figure_id: str | None = Field(default=None, foreign_key="figure.id", index=True)


class Statement(SQLModel, table=True):
    """An actor's stance on an issue in an article; `article.text[start:end] == evidence`."""

    __table_args__ = (
        UniqueConstraint("article_id", "start", "actor_id", "issue_id", "tagger_version", name="uq_statement"),
        Index("ix_statement_timeline", "actor_id", "issue_id", "published_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tagging_id: int = Field(foreign_key="tagging.id", index=True, sa_type=BigId)
    article_id: int = Field(foreign_key="article.id", sa_type=BigId)
    actor_id: int = Field(foreign_key="actor.id", sa_type=BigId)
    issue_id: str = Field(foreign_key="issue.id")
    stance: Stance = Field(sa_type=Word(Stance))
    confidence: float
    own_words: bool
    evidence: str
    start: int
    end: int
    published_at: datetime = Field(sa_type=UtcDateTime, index=True)
    arrived: Arrival = Field(default=Arrival.LIVE, sa_type=Word(Arrival))
    tagger_version: str

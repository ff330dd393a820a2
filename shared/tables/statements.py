"""What a reading of an article found: actors and their dated, evidenced stances."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from shared.reader_words import FoundBy
from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import ActorKind, Arrival, Decision, Skipped, Stance, StatementKind


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
    """An actor's stance on an issue in an article, or another thing it shows of them; `text[start:end] == evidence`.

    What the timeline asks for is kept here too, so that reading one touches no article: its story and address, and of
    the evidence a fingerprint of the words and whether they are enough to be a quotation. Only what is `current`, of
    the latest reading of an article that is still there, counts; while one `awaits_reading` under another wording of
    its issue, its timeline is not read. `chat_stance` is the chat reader's opinion, where it was asked and answered.
    """

    __table_args__ = (
        UniqueConstraint(
            *("article_id", "start", "actor_id", "issue_id", "kind", "tagger_version"), name="uq_statement"
        ),
        Index(
            *("ix_statement_timeline", "actor_id", "issue_id", "kind", "published_at"),
            sqlite_where=text("current = 1"),
            postgresql_where=text("current"),
        ),
        Index(
            *("ix_statement_awaits", "issue_id", "actor_id"),
            sqlite_where=text("awaits_reading = 1"),
            postgresql_where=text("awaits_reading"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    tagging_id: int = Field(foreign_key="tagging.id", index=True, sa_type=BigId)
    article_id: int = Field(foreign_key="article.id", sa_type=BigId)
    article_url: str
    story_id: int = Field(foreign_key="story.id", sa_type=BigId)
    actor_id: int = Field(foreign_key="actor.id", sa_type=BigId)
    issue_id: str = Field(foreign_key="issue.id")
    kind: StatementKind = Field(default=StatementKind.STANCE, sa_type=Word(StatementKind))
    stance: Stance = Field(sa_type=Word(Stance))
    confidence: float
    own_words: bool
    evidence: str
    words: int = Field(sa_type=BigInteger)
    is_quotation: bool
    start: int
    end: int
    published_at: datetime = Field(sa_type=UtcDateTime, index=True)
    arrived: Arrival = Field(default=Arrival.LIVE, sa_type=Word(Arrival))
    current: bool = True
    awaits_reading: bool = False
    decided: Decision | None = Field(default=None, sa_type=Word(Decision))
    found_by: FoundBy = Field(default=FoundBy.LOCAL, sa_type=Word(FoundBy))
    chat_model: str = ""
    chat_stance: Stance | None = Field(default=None, sa_type=Word(Stance))
    tagger_version: str

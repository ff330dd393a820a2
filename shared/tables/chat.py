"""What the chat reader was asked, what it answered, and what that cost."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from shared.reader_words import ChatOutcome
from shared.tables.columns import BigId, UtcDateTime, Word


class ChatReading(SQLModel, table=True):
    """One question, known by its key, and what became of it; a message that came is kept and never asked for again."""

    __tablename__ = "chat_reading"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(index=True)
    model: str
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    outcome: ChatOutcome = Field(sa_type=Word(ChatOutcome))
    content: str = ""
    tokens: int = 0
    seconds: float = 0.0
    retry_after: float = 0.0

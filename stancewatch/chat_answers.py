"""The chat reader in a command: its answers are kept beside the data, so that asking again costs nothing."""

from services.extract.deps import with_chat_reader
from services.extract.pipeline import SpacyReader
from services.extract.reader import Reader
from shared.database import create_database
from shared.failures import UserMistake
from shared.schema import upgrade
from shared.settings import settings
from shared.transaction import transactions

KEPT_IN = "chat-readings.db"


def asked_beside(local: SpacyReader) -> Reader:
    """Return the local reader with the chat endpoint of the settings beside it."""
    current = settings()
    if not current.chat_reader_url:
        raise UserMistake("no chat reader is set; set STANCEWATCH_CHAT_READER_URL and STANCEWATCH_CHAT_READER_MODEL")
    try:
        current.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserMistake(f"{current.data_dir}: cannot be written ({error.strerror})") from error
    kept = create_database(f"sqlite:///{current.data_dir / KEPT_IN}")
    upgrade(kept)
    return with_chat_reader(local, current, transactions(kept, lambda _: None))

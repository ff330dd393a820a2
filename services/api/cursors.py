"""Where a list was left off: a time and an id, as one opaque word."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.failures import UserMistake

LONGEST_CURSOR = 200
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row that was shown; the next page begins after it, newest first."""

    at: datetime
    id: int


def write_cursor(cursor: Cursor) -> str:
    """Return the cursor as a word for a URL."""
    plain = f"{cursor.at.astimezone(UTC).isoformat()} {cursor.id}"
    return urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(word: str) -> Cursor:
    """Read a word that `write_cursor` made; anything else is a `UserMistake`."""
    try:
        plain = urlsafe_b64decode(word[:LONGEST_CURSOR].encode("ascii") + b"==").decode("ascii")
        moment, number = plain.split(" ")
        cursor = Cursor(at=datetime.fromisoformat(moment).astimezone(UTC), id=int(number))
    except (ValueError, OverflowError) as error:
        raise UserMistake("cursor: not one of ours; leave it out to begin with the newest") from error
    if not 0 <= cursor.id <= LARGEST_ID:
        raise UserMistake("cursor: not one of ours; leave it out to begin with the newest")
    return cursor

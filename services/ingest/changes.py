"""What changed in an entry that was seen before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from services.ingest.identity import Candidate
from services.ingest.plain_text import paragraphs_of
from services.ingest.values import Entry


class Change(StrEnum):
    """How an entry differs from what it was; `MARKUP` is a difference that no reader sees."""

    NOTHING = "nothing"
    MARKUP = "markup"
    UPDATED = "updated"  # it only says that it was
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What is stored of an entry."""

    document_id: int
    title: str
    content: str
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that differs from what is stored of it."""

    document_id: int
    candidate: Candidate
    change: Change


def entry_hash(entry: Entry) -> str:
    """Return a hash of what an entry says, markup and all; quick, for nearly all entries are as they were."""
    return sha256(f"{entry.title}\0{entry.content}".encode("utf-8", "replace")).hexdigest()[:32]


def compare(known: KnownEntry, entry: Entry) -> Change:
    """Tell what changed; an entry that lost its text has changed nothing."""
    if entry.title and entry.title != known.title:
        return Change.WORDS
    if entry.content and entry.content != known.content:
        return Change.WORDS if paragraphs_of(entry.content) != paragraphs_of(known.content) else Change.MARKUP
    was, now_is = known.updated_at, entry.updated_at
    return Change.UPDATED if was is not None and now_is is not None and now_is > was else Change.NOTHING

"""When words were first published: each revision of an article dates what only it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.vocabulary import Arrival

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Edition:
    """A text that an article had, from when on its words count, and how they came."""

    text: str
    published_at: datetime
    arrived: Arrival


def first_edition(evidence: str, editions: Sequence[Edition]) -> Edition:
    """Return the earliest edition that holds these words, else the latest; case, spacing and punctuation do not count.

    So a correction elsewhere in an article leaves a statement where it was, and new words do not pass for old ones.
    """
    *earlier, latest = editions
    sought = _words(evidence)
    return next((edition for edition in earlier if sought in _words(edition.text)), latest)


def _words(text: str) -> str:
    return f" {' '.join(WORD.findall(text.casefold()))} "

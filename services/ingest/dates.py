"""When an article was published, and how we know."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from shared.vocabulary import DateSource

FIRST_YEAR = 1990  # before it there was no web; feeds that say so count from a computer's zero
LONGEST_AHEAD = timedelta(days=1)  # time zones and hasty clocks; whoever claims more does not know the date
IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-])")


@dataclass(frozen=True, slots=True)
class Published:
    """A date of publication and where it came from."""

    at: datetime
    source: DateSource


@dataclass(frozen=True, slots=True)
class Claim:
    """When somebody says that an article was published."""

    source: DateSource
    at: datetime | None


def settle_date(claims: Iterable[Claim], *, seen_at: datetime) -> Published:
    """Choose the first date that is not absurd, else the day we first saw the article; none lies after that day."""
    for claim in claims:
        moment = believable(claim.at, seen_at=seen_at)
        if moment is not None:
            return Published(min(moment, seen_at), claim.source)
    return Published(seen_at, DateSource.FIRST_SEEN)


def believable(claimed: datetime | None, *, seen_at: datetime) -> datetime | None:
    """Return the date unless it is absurd."""
    if claimed is None or claimed.year < FIRST_YEAR or claimed > seen_at + LONGEST_AHEAD:
        return None
    return claimed.astimezone(UTC)


def read_moment(written: str) -> datetime | None:
    """Read a date as pages write it, by ISO 8601 or RFC 5322; one without a zone is taken for UTC."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(written.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, IndexError, TypeError):
            continue
    return None


def date_in_url(url: str) -> datetime | None:
    """Return the day that an address names, as `/2016/01/12/` does."""
    found = IN_URL.search(url)
    try:
        return datetime(*map(int, found.groups()), tzinfo=UTC) if found else None  # type: ignore[misc,arg-type]
    except ValueError:
        return None

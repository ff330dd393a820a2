"""When an article was published, and how we know."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.vocabulary import DateSource

FIRST_YEAR = 1990  # before it there was no web; feeds that say so count from a computer's zero
LONGEST_AHEAD = timedelta(days=1)  # time zones and hasty clocks; whoever claims more does not know the date


@dataclass(frozen=True, slots=True)
class Published:
    """A date of publication and where it came from."""

    at: datetime
    source: DateSource


def settle_date(*, by_feed: datetime | None, by_page: datetime | None, seen_at: datetime) -> Published:
    """Choose the feed's date, else the page's, else the day we first saw it; none lies after that day."""
    for claimed, source in ((by_feed, DateSource.FEED), (by_page, DateSource.PAGE)):
        moment = believable(claimed, seen_at=seen_at)
        if moment is not None:
            return Published(min(moment, seen_at), source)
    return Published(seen_at, DateSource.FIRST_SEEN)


def believable(claimed: datetime | None, *, seen_at: datetime) -> datetime | None:
    """Return the date unless it is absurd."""
    if claimed is None or claimed.year < FIRST_YEAR or claimed > seen_at + LONGEST_AHEAD:
        return None
    return claimed.astimezone(UTC)

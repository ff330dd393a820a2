"""A date is the feed's, the page's or the day we saw it, and never absurd."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.dates import settle_date
from shared.vocabulary import DateSource

SEEN = datetime(2016, 1, 12, 12, tzinfo=UTC)
PAGE = datetime(2016, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by_feed", "by_page", "at", "source"),
    [
        pytest.param(SEEN - timedelta(days=1), PAGE, SEEN - timedelta(days=1), DateSource.FEED, id="the feed knows"),
        pytest.param(None, PAGE, PAGE, DateSource.PAGE, id="only the page knows"),
        pytest.param(None, None, SEEN, DateSource.FIRST_SEEN, id="nobody knows"),
        pytest.param(SEEN + timedelta(hours=3), None, SEEN, DateSource.FEED, id="a hasty clock"),
        pytest.param(SEEN + timedelta(days=3), None, SEEN, DateSource.FIRST_SEEN, id="three days ahead"),
        pytest.param(datetime(9999, 12, 31, tzinfo=UTC), PAGE, PAGE, DateSource.PAGE, id="year 9999"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), None, SEEN, DateSource.FIRST_SEEN, id="a computer's zero"),
        pytest.param(datetime(1, 1, 1, tzinfo=UTC), None, SEEN, DateSource.FIRST_SEEN, id="year 1"),
    ],
)
def test_settle_date(by_feed: datetime | None, by_page: datetime | None, at: datetime, source: DateSource) -> None:
    published = settle_date(by_feed=by_feed, by_page=by_page, seen_at=SEEN)
    assert (published.at, published.source) == (at, source)

"""A date is the feed's, the page's or the day we saw it, and never absurd."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.dates import Claim, date_in_url, read_moment, settle_date
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
    published = settle_date((Claim(DateSource.FEED, by_feed), Claim(DateSource.PAGE, by_page)), seen_at=SEEN)
    assert (published.at, published.source) == (at, source)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        pytest.param("2016-01-10T08:00:00+02:00", "2016-01-10T06:00:00+00:00", id="ISO 8601"),
        pytest.param("2016-01-10T08:00:00Z", "2016-01-10T08:00:00+00:00", id="Zulu"),
        pytest.param("2016-01-10", "2016-01-10T00:00:00+00:00", id="a day"),
        pytest.param("Sun, 10 Jan 2016 08:00:00 GMT", "2016-01-10T08:00:00+00:00", id="RFC 5322"),
        pytest.param("2016-01-10 08:00", "2016-01-10T08:00:00+00:00", id="no zone"),
        pytest.param("yesterday", None, id="words"),
        pytest.param("9999-99-99", None, id="no day"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before the calendar"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_read_moment(written: str, at: str | None) -> None:
    moment = read_moment(written)
    assert (moment and moment.isoformat()) == at


@pytest.mark.parametrize(
    ("url", "day"),
    [
        pytest.param("http://a.example/2016/01/10/title", 10, id="slashes"),
        pytest.param("http://a.example/news/2016-1-10-title", 10, id="dashes"),
        pytest.param("http://a.example/2016/13/10/title", None, id="no month"),
        pytest.param("http://a.example/12016/01/10/title", None, id="a number"),
        pytest.param("http://a.example/2016/01/", None, id="a month is no day"),
    ],
)
def test_date_in_url(url: str, day: int | None) -> None:
    found = date_in_url(url)
    assert (found and (found.year, found.month, found.day)) == (day and (2016, 1, day))

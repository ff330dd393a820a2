"""What servers write about waiting is read within bounds."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.freshness import fresh_for, retry_after
from shared.web import Answered

NOW = datetime(2016, 1, 12, 12, 0, tzinfo=UTC)


def answered(*headers: tuple[str, str]) -> Answered:
    return Answered(503, headers, b"", "http://outlet.example/")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("120", timedelta(seconds=120), id="seconds"),
        pytest.param("1.5", timedelta(seconds=1.5), id="parts of a second"),
        pytest.param("-5", None, id="below zero"),
        pytest.param("1e99", None, id="too many digits to be true"),
        pytest.param("inf", None, id="for ever"),
        pytest.param("999999999", timedelta(days=30), id="ten years and more"),
        pytest.param("Tue, 12 Jan 2016 12:01:00 GMT", timedelta(minutes=1), id="a date"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", timedelta(), id="a date long past"),
        pytest.param("soon", None, id="a word"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_retry_after(written: str, expected: timedelta | None) -> None:
    assert retry_after(answered(("retry-after", written)), now=NOW) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([("cache-control", "public, max-age=600")], timedelta(minutes=10), id="max-age"),
        pytest.param([("cache-control", "no-cache, max-age=600")], None, id="no-cache"),
        pytest.param([("cache-control", "s-maxage=600")], None, id="for shared caches only"),
        pytest.param(
            [("expires", "Tue, 12 Jan 2016 11:30:00 GMT"), ("date", "Tue, 12 Jan 2016 11:00:00 GMT")],
            timedelta(minutes=30),
            id="Expires counts from the server's own clock",
        ),
        pytest.param([("expires", "0")], None, id="Expires: 0"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_fresh_for(headers: list[tuple[str, str]], expected: timedelta | None) -> None:
    assert fresh_for(answered(*headers), now=NOW) == expected

"""Cursors: opaque words that lead back to where a list was left off."""

from datetime import UTC, datetime

import pytest

from services.api.cursors import Cursor, read_cursor, write_cursor
from shared.failures import UserMistake


def test_a_cursor_reads_back_as_it_was_written() -> None:
    cursor = Cursor(at=datetime(2031, 3, 1, 9, 0, 0, 123456, tzinfo=UTC), id=7)
    assert read_cursor(write_cursor(cursor)) == cursor


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("", id="empty"),
        pytest.param("!!!", id="not base64"),
        pytest.param("é", id="not ASCII"),
        pytest.param("MjAzMQ", id="one part only"),
        pytest.param("MjAzMS0wMy0wMSB4", id="an id that is no number"),
        pytest.param("MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMCAx", id="a time before all time"),
        pytest.param("MjAzMS0wMy0wMSAtMQ", id="a negative id"),
        pytest.param("MjAzMS0wMy0wMSA5OTk5OTk5OTk5OTk5OTk5OTk5OTk", id="an id no database holds"),
        pytest.param("A" * 5_000, id="far too long"),
    ],
)
def test_a_foreign_cursor_is_a_mistake_of_the_user(word: str) -> None:
    with pytest.raises(UserMistake, match="cursor"):
        read_cursor(word)

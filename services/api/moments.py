"""Times as programs write them: with a date, a time and an offset, in years that every part of the system can hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field

DATE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")


def _written_as_a_date(value: object) -> object:
    """Refuse a bare number, which would be read as seconds since 1970: the description promises a date."""
    if not isinstance(value, datetime) and not (isinstance(value, str) and DATE.match(value)):
        raise ValueError("must be a date and time such as 2016-01-07T15:00:00Z")
    return value


# years that can be turned into UTC, whatever their offset
Since = Annotated[
    AwareDatetime,
    BeforeValidator(_written_as_a_date),
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(9999, 12, 30, tzinfo=UTC)),
]

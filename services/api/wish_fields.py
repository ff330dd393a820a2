"""What one field of a wish may say, with the line that tells why it may not."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from shared.vocabulary import ChatService

_HOURS = re.compile(r"(\d{1,2})(?::00)?\s*-\s*(\d{1,2})(?::00)?", re.ASCII)
_EARLIEST, _LATEST = 2000, 2099  # a year outside is a slip of the pen, and the farthest ones overflow in some zones


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Full hours of a day, the last one not among them; they may span midnight."""

    start: int
    until: int


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that starts with http:// or https://")
    return url


def _mail_address(address: str) -> str:
    name, at, host = address.rpartition("@")
    if not (name and at and host) or len(address) > 254 or any(c.isspace() or not c.isprintable() for c in address):
        raise ValueError("must be one e-mail address")
    return address


def _chat_address(url: str) -> str:
    """Refuse without repeating it: such a URL holds the key to a room."""
    scheme, _, rest = url.partition("://")
    if scheme not in set(ChatService) or not rest or any(c.isspace() or not c.isprintable() for c in url):
        raise ValueError(f"must be a URL that starts with {', '.join(f'{known}://' for known in ChatService)}")
    return url


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise ValueError("must be a time zone such as UTC or Europe/Madrid") from error
    return name


def _quiet_hours(written: Any) -> QuietHours:
    found = _HOURS.fullmatch(written.strip()) if isinstance(written, str) else None
    hours = QuietHours(int(found[1]), int(found[2]) % 24) if found and int(found[2]) <= 24 else None
    if hours is None or hours.start > 23 or hours.start == hours.until:
        raise ValueError("must be two different full hours such as 22-7")
    return hours


def read_moment(written: Any) -> datetime:
    """Read what YAML made a date of, and what it left as text."""
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else written
    except ValueError:
        moment = None
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if not isinstance(moment, datetime) or not _EARLIEST <= moment.year <= _LATEST:
        raise ValueError("must be a day such as 2030-01-31, with a time if you like")
    return moment


def in_zone(moment: datetime, timezone: str) -> datetime:
    """Return a written time in UTC; one that names no zone of its own is of `timezone`."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
WebAddress = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_web_address)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
ChatAddress = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_chat_address)]
Share = Annotated[float, Field(ge=0, le=1, strict=True, allow_inf_nan=False)]
Hour = Annotated[int, Field(ge=0, le=23, strict=True)]
Cap = Annotated[int, Field(ge=1, le=1000, strict=True)]
Timezone = Annotated[str, StringConstraints(max_length=100), AfterValidator(_timezone)]
QuietTime = Annotated[
    QuietHours,
    BeforeValidator(_quiet_hours),
    WithJsonSchema({"type": "string", "pattern": _HOURS.pattern, "examples": ["22-7"]}),
]
Moment = Annotated[
    datetime,
    BeforeValidator(read_moment),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}),
]

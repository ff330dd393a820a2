"""The one clock: aware UTC times, asked for at the edges only."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present as an aware UTC time."""
    return datetime.now(UTC)


def iso_z(moment: datetime) -> str:
    """Write a time as other programs read it: UTC, to the second, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

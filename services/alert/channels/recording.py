"""A channel that keeps what it is given, for replays and tests: nothing leaves the process."""

from __future__ import annotations

from services.alert.channels.base import Accepted, Channel, Outcome, Parcel


def recording_channel(kept: list[Parcel]) -> Channel:
    """Return a channel that adds every parcel to `kept` and always accepts it."""

    def record(parcel: Parcel) -> Outcome:
        kept.append(parcel)
        return Accepted("recorded")

    return record

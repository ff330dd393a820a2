"""When a page that was read is asked for again, in case its text was corrected."""

from datetime import datetime, timedelta

# Editors correct what they correct mostly within hours, and what readers wrote about overnight on the day after. Three
# conditional requests are what an article costs its server at the most, and only where a correction would matter.
GAPS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
YOUNG = timedelta(days=3)
# Entries that change at every poll (counters, advertisements) may not bring us to their pages at every poll.
FOLLOWED_AT_ONCE = 3
SPACING, LONGEST = timedelta(minutes=10), timedelta(hours=6)


def next_recheck(published_at: datetime, *, reads: int, now: datetime) -> datetime | None:
    """Return when a page that was read `reads` times is looked at again, None where it is left alone."""
    if reads > len(GAPS):
        return None
    due = now + GAPS[max(reads, 1) - 1]
    return due if due - published_at <= YOUNG else None


def follow_change(*, reads: int, now: datetime) -> datetime:
    """Return when the word of a feed that an entry has changed is followed: at once at first, then ever later."""
    return now + min(SPACING * max(0, reads - FOLLOWED_AT_ONCE), LONGEST)


def is_young(found_at: datetime, *, now: datetime) -> bool:
    """Tell whether a document is so new that a mere word of an update is followed."""
    return now - found_at <= YOUNG

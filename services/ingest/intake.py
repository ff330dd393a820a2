"""Taking in what a feed showed: new entries become documents, changed ones are read again."""

from collections.abc import Sequence
from datetime import datetime

from services.ingest import document_queries, revisit_queries
from services.ingest.drafts import Origin
from services.ingest.identity import Candidate
from shared.events import DocumentFound
from shared.transaction import Transaction
from shared.vocabulary import Arrival

READ_TOGETHER = 8  # documents that one nudge stands for; a first read brings dozens, and a nudge costs a millisecond


def take_in(tx: Transaction, candidates: Sequence[Candidate], origin: Origin, *, now: datetime) -> int:
    """Store what is new and what changed among a feed's entries; return how many are new."""
    new = document_queries.unknown_candidates(tx.session, candidates, feed_id=origin.feed_id)
    added = document_queries.add_documents(tx.session, new, origin, now=now)
    again = revisit_queries.note_changes(tx.session, candidates, feed_id=origin.feed_id, now=now)
    found = sorted({*added, *again})
    tx.emit(*(DocumentFound(document_id=document_id) for document_id in found), together=READ_TOGETHER)
    return len(added)


def arrival_at_poll(had_body_hash: str | None) -> Arrival:
    """Tell how a feed's entries arrive: what it held when it was first read is history, all that follows is news."""
    return Arrival.HISTORY if had_body_hash is None else Arrival.LIVE


def arrival_of_walked(published_at: datetime | None, *, last_good_poll: datetime | None) -> Arrival:
    """Tell how an entry of a feed's older pages arrives: what was published since the last good poll was missed.

    An entry without a date lies between known ones, or the walk would not have come to it: it is news.
    """
    if last_good_poll is None or (published_at is not None and published_at <= last_good_poll):
        return Arrival.HISTORY
    return Arrival.LIVE

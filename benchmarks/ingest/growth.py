"""Whether a poll costs more as articles pile up: one feed with 30 entries, one of them new, over a growing database.

`python -m benchmarks.ingest.growth [ROWS ...]` (default 1000 1000000) prints the CPU of storing one answer.
"""

import logging
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlmodel import Session

from services.ingest.answers import FeedAnswer, FeedAsked, FeedRead, Receipt, Wishes
from services.ingest.handlers import poll_due_feeds
from services.ingest.lanes import Lanes
from services.ingest.politeness import HostPolicy
from services.ingest.values import Entry, ParsedFeed, PollPolicy
from shared.clock import utc_now
from shared.database import create_database
from shared.schema import upgrade
from shared.tables import Document, Feed, FeedPoll
from shared.transaction import transactions

POLLS = 200
HOUR = timedelta(hours=1)
AT_ONCE = HostPolicy(parallel=2, spacing=timedelta(), most_in_batch=64)
NUMBERED = {
    "feed_id": "row.n % 100 + 1",
    "entry_key": "'old-' || row.n",
    "url": "'http://outlet.example/old/' || row.n",
    "title": "'Old headline ' || row.n",
}


def milliseconds(rows: int) -> float:
    """Return the CPU of storing one answer beside so many documents."""
    with tempfile.TemporaryDirectory() as folder:
        database = create_database(f"sqlite:///{Path(folder) / 'growth.db'}")
        upgrade(database)
        begin = transactions(database, lambda event: None)
        now = utc_now()
        with begin() as tx:
            tx.session.add_all(Feed(id=n + 1, url=f"http://{n}.example/", added_at=now) for n in range(100))
            tx.session.flush()
            tx.session.add(FeedPoll(feed_id=1, next_poll_at=now))
            fill(tx.session, rows)
        policy = PollPolicy(HOUR, HOUR, HOUR)
        began = time.process_time()
        for number in range(POLLS):
            lanes = Lanes(_Showing(number), AT_ONCE, linger_seconds=0)
            poll_due_feeds(begin=begin, lanes=lanes, policy=policy, most=64, now=now + number * 2 * HOUR)
        return (time.process_time() - began) / POLLS * 1e3


def fill(session: Session, rows: int) -> None:
    """Store so many documents, all like the first but for what must differ."""
    first = Document(feed_id=1, entry_key="old-0", url="http://outlet.example/old/0", found_at=utc_now(), state="read")
    session.add(first)
    session.flush()
    names = [column.name for column in Document.__table__.columns if column.name != "id"]  # type: ignore[attr-defined]
    values = ", ".join(NUMBERED.get(name, f"document.{name}") for name in names)
    row = f"WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < {rows - 1})"
    copied = f"INSERT INTO document ({', '.join(names)}) {row} SELECT {values} FROM row, document WHERE document.id = 1"
    session.connection().execute(text(copied))


class _Showing:
    """A feed of thirty entries that has published `number` of them since the first poll."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __call__(self, feed: FeedAsked) -> FeedAnswer:
        shown = range(self._number, self._number + 30)
        entries = tuple(Entry(guid=f"g{n}", link=f"http://outlet.example/{n}", title=f"Headline {n}") for n in shown)
        return FeedRead(Receipt(None, None, str(self._number)), Wishes(), ParsedFeed(entries=entries))


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for count in [int(word) for word in sys.argv[1:]] or [1_000, 1_000_000]:
        print(f"{count:9,} documents: {milliseconds(count):.2f} ms CPU for a poll that brings one new entry of 30")

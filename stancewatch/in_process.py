"""The services' own handlers, run one after another in this process: no broker, no network, nothing sent."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine

from services.alert import handlers as alert
from services.alert import warning
from services.alert.channels.recording import recording_channel
from services.alert.delivery import DeliveryPolicy
from services.extract import handlers as extract
from services.extract import reviewing
from services.extract.reader import Reader
from services.extract.shifts import ShiftRules
from services.extract.values import ArticleText, Reading, Watchlist
from services.ingest import handlers as ingest
from services.ingest.answers import PageAnswer, PageAsked, PageNever
from shared.events import Event, subject_of
from shared.leases import LeasePolicy
from shared.routing import LISTENERS
from shared.transaction import Begin, transactions
from shared.vocabulary import ChannelKind

LEASE = LeasePolicy(seconds=3600, most_attempts=1)


@dataclass(slots=True)
class RememberingReader:
    """Reads by another reader, and keeps every reading for who wants all of it."""

    reader: Reader
    readings: dict[ArticleText, Reading] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return self.reader.version

    def read(self, article: ArticleText, watchlist: Watchlist) -> Reading:
        self.readings[article] = self.reader.read(article, watchlist)
        return self.readings[article]


@dataclass(frozen=True, slots=True)
class Local:
    """A database and what waits to be done with it."""

    begin: Begin
    waiting: deque[Event]
    run: Mapping[str, Callable[[int], None]]

    def drain(self) -> None:
        """Handle what waits, and what that leads to, in the order in which it happened."""
        while self.waiting:
            event = self.waiting.popleft()
            for task in LISTENERS[type(event)]:
                self.run[task](subject_of(event))


def local_services(database: Engine, *, reader: Reader, rules: ShiftRules, now: datetime) -> Local:
    """Join the handlers to a database and to channels that only keep what they are given."""
    waiting: deque[Event] = deque()
    begin = transactions(database, waiting.append)
    same: dict[str, Any] = {"begin": begin, "lease": LEASE, "now": now}
    channels = {kind: recording_channel([]) for kind in ChannelKind}
    run = {
        "ingest.fetch_document": partial(ingest.fetch_documents, fetch=_fetch_nothing, **same),
        "extract.tag_article": partial(extract.tag_article, reader=reader, **same),
        "extract.review_positions": partial(reviewing.review_positions, rules=rules, **same),
        "alert.raise_alerts": partial(alert.raise_alerts, **same),
        "alert.warn_of_pressure": partial(warning.warn_of_pressure, **same),
        "alert.deliver": partial(alert.deliver, begin=begin, channels=channels, policy=DeliveryPolicy(LEASE), now=now),
    }
    return Local(begin, waiting, run)


def _fetch_nothing(_: PageAsked) -> PageAnswer:
    """A replay reads what was recorded: an entry without its text keeps its summary."""
    return PageNever("a replay fetches no pages")

"""Replaying a recording in this process: the same code as the services, nothing fetched and nothing sent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from services.api.consents import EVERYBODY
from services.api.watchlist import WatchlistFile
from services.api.wishes import apply_watchlist
from services.extract.pipeline import Scope, load_reader
from services.extract.reader import Reader
from services.extract.shifts import STANDARD_RULES
from services.extract.values import ArticleText, Reading
from services.ingest.feed_parser import parse_feed
from services.ingest.records import read_records, store_feed_file, store_record
from services.ingest.values import NotAFeed
from shared.database import create_database
from shared.failures import UserMistake
from shared.schema import upgrade
from shared.settings import settings
from shared.tables import Article
from shared.transaction import Begin, reads
from stancewatch.chat_answers import asked_beside
from stancewatch.in_process import RememberingReader, local_services
from stancewatch.ledger import Ledger, Line, read_ledger, reading_lines

BEFORE_THE_WEB = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Recording:
    """Recorded articles, what to watch in them, whether every actor and attribution is wanted, and who reads them."""

    path: Path
    watchlist: WatchlistFile
    everything: bool
    with_chat: bool = False


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came out: the ledger, and one line for each actor and attribution where all of them were wanted."""

    ledger: Ledger
    everything: tuple[Line, ...] = ()


def replay_here(recording: Recording, url: str) -> Replayed:
    """Run a recording through the handlers in this process."""
    now = newest_date(recording.path)
    database = create_database(url)
    upgrade(database)
    reader = RememberingReader(_reader(recording))
    local = local_services(database, reader=reader, rules=STANDARD_RULES, now=now)
    with local.begin() as tx:
        apply_watchlist(tx, recording.watchlist, vouched=EVERYBODY, now=now)
    local.waiting.clear()  # the watchlist's feeds are not asked: what was recorded is all there is
    store(recording.path, begin=local.begin, now=now, after_each=local.drain)
    with reads(database)() as session:
        everything = tuple(_all_read(session, reader)) if recording.everything else ()
        replayed = Replayed(read_ledger(session), everything)
    database.dispose()
    return replayed


def _reader(recording: Recording) -> Reader:
    scope = Scope.WHOLE if recording.everything else Scope.GATED  # who asks for every actor gets every actor
    local = load_reader(settings().spacy_model, scope)
    return asked_beside(local) if recording.with_chat else local


def newest_date(path: Path) -> datetime:
    """Return the newest date in a recording: the clock of its replay, so that the same input gives the same output.

    All of the recording is read for it, so that a mistake anywhere in it is found before anything is stored.
    """
    if is_json_lines(path):
        dates = [record.published for record in read_records(path)]
    else:
        feed = parse_feed(_body(path), "", "")
        dates = [] if isinstance(feed, NotAFeed) else [one.published_at for one in feed.entries if one.published_at]
    return max(dates, default=BEFORE_THE_WEB).astimezone(UTC)


def is_json_lines(path: Path) -> bool:
    """Tell JSON Lines from a feed, by the name or the first character; a JSON Feed says that it is one."""
    if path.suffix in (".jsonl", ".ndjson"):
        return True
    body = _body(path).lstrip(b"\xef\xbb\xbf \t\r\n")
    return body.startswith(b"{") and b'"https://jsonfeed.org/' not in body[:2000]


def store(path: Path, *, begin: Begin, now: datetime, after_each: Callable[[], None]) -> None:
    """Store what a recording holds, calling `after_each` whenever an article or the feed is in."""
    if not is_json_lines(path):
        store_feed_file(_body(path), source=str(path), begin=begin, now=now)
        after_each()
        return
    for record in read_records(path):
        store_record(record, begin=begin, now=now)
        after_each()


def _all_read(session: Session, reader: RememberingReader) -> Iterator[Line]:
    for article in session.exec(select(Article).order_by(col(Article.published_at), col(Article.url))):
        text = ArticleText(title=article.title, text=article.text, published_at=article.published_at)
        yield from reading_lines(article.url, reader.readings.get(text, Reading()), article.text)


def _body(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserMistake(f"{path}: cannot be read ({error.strerror})") from error

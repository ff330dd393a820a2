"""Workers that store at the same time: none waits for another for ever, nothing doubles, nothing is lost."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from sqlalchemy import Engine, event
from sqlmodel import Session, select

from services.ingest import queries
from services.ingest.answers import FeedAnswer, FeedAsked, FeedRead, FetchFeed, Receipt, Wishes
from services.ingest.handlers import poll_due_feeds
from services.ingest.lanes import Lanes
from services.ingest.polling import LeftHosts, save_answers
from services.ingest.values import Entry, ParsedFeed
from shared.tables import Document, FeedPoll, Handoff, HostVisit, PollLog
from shared.transaction import Begin, transactions
from tests.ingest.builders import add_feed
from tests.ingest.conftest import NOW, POLICY
from tests.ingest.polls import AT_ONCE

WORKERS, ROUNDS, ENTRIES = 4, 5, 40


def showing(round_number: int, *, wait: Callable[[], object]) -> FetchFeed:
    """Let each feed show the same articles, every second feed in the opposite order."""

    def fetch(feed: FeedAsked) -> FeedAnswer:
        numbers = range(round_number * ENTRIES, (round_number + 1) * ENTRIES)
        entries = tuple(
            Entry(
                guid=f"{feed.feed_id}-{n}",
                link=f"http://wire.example/{n}",
                title=f"T{n}",
                published_at=NOW + timedelta(minutes=n if feed.feed_id % 2 else -n),
            )
            for n in numbers
        )
        wait()
        return FeedRead(Receipt(None, None, f"hash{round_number}"), Wishes(), ParsedFeed(entries=entries))

    return fetch


def work(begin: Begin, fetch: FetchFeed, now: datetime) -> None:
    """Ask one feed; while another worker chooses, there is nothing to be had."""
    asked: list[FeedAsked] = []

    def noted(feed: FeedAsked) -> FeedAnswer:
        asked.append(feed)
        return fetch(feed)

    while not asked:
        poll_due_feeds(begin=begin, lanes=Lanes(noted, AT_ONCE, linger_seconds=0), policy=POLICY, most=1, now=now)


def test_the_same_articles_from_many_feeds_at_once(any_database: Engine) -> None:
    begin = transactions(any_database, lambda _: None)
    for number in range(WORKERS):
        add_feed(begin, f"http://host{number}.example/feed", due_at=NOW)
    for number in range(ROUNDS):
        together = Barrier(WORKERS, timeout=60)
        now = NOW + number * timedelta(days=1)

        fetch = showing(number, wait=together.wait)
        with ThreadPoolExecutor(WORKERS) as pool:
            for done in [pool.submit(work, begin, fetch, now) for _ in range(WORKERS)]:
                done.result()
    with Session(any_database) as session:
        urls = session.exec(select(Document.url)).all()
        assert sorted(urls) == sorted(f"http://wire.example/{n}" for n in range(ROUNDS * ENTRIES))
        assert len(session.exec(select(Handoff).where(Handoff.task == "ingest.fetch_document")).all()) == len(urls)
        assert len(session.exec(select(PollLog)).all()) == WORKERS * ROUNDS
        assert session.exec(select(FeedPoll.lease_token)).all() == [None] * WORKERS
        assert session.exec(select(HostVisit)).all() == []


def test_two_batches_that_store_the_same_in_opposite_orders_do_not_hinder_each_other(any_database: Engine) -> None:
    begin = transactions(any_database, lambda _: None)
    errors: list[object] = []
    event.listen(any_database, "handle_error", lambda context: errors.append(context.original_exception))
    event.listen(any_database, "after_cursor_execute", linger_over_documents)
    ids = [add_feed(begin, f"http://host{number}.example/feed", due_at=NOW) for number in range(4)]
    with begin() as tx:
        claims = {claim.asked.feed_id: claim for claim in queries.claim_feeds(tx.session, ids, seconds=60, now=NOW)}

    def article(name: str) -> FeedAnswer:
        entry = Entry(guid=name, link=f"http://wire.example/{name}", title=name, published_at=NOW)
        return FeedRead(Receipt(None, None, "hash"), Wishes(), ParsedFeed(entries=(entry,)))

    def store(shown: dict[int, str]) -> None:
        polled = [(claims[feed_id], article(name)) for feed_id, name in shown.items()]
        save_answers(polled, begin=begin, policy=POLICY, left=LeftHosts("token", ()), now=NOW)

    with ThreadPoolExecutor(2) as pool:
        batches = ({ids[0]: "a", ids[1]: "b"}, {ids[2]: "b", ids[3]: "a"})
        for done in [pool.submit(store, batch) for batch in batches]:
            done.result()
    assert errors == []
    with Session(any_database) as session:
        assert sorted(session.exec(select(Document.title))) == ["a", "b"]


def linger_over_documents(*execution: object) -> None:
    """Give another worker the time to come in between."""
    if str(execution[2]).startswith("INSERT INTO document"):
        time.sleep(0.3)

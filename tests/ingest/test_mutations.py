"""Whatever a feed does to what it published before, nothing is taken for new, and nothing new is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from services.ingest.answers import FeedAnswer, FeedAsked, FeedRead, Receipt, Wishes
from services.ingest.values import Entry, ParsedFeed
from shared.tables import Document
from shared.transaction import Begin
from tests.ingest.builders import add_feed
from tests.ingest.conftest import NOW, POLICY
from tests.ingest.polls import poll_feed

HOUR = timedelta(hours=1)
WITH_GUID = tuple(
    Entry(
        guid=f"http://outlet.example/?p={number}",
        link=f"http://outlet.example/2016/01/{number}/story-{number}",
        title=f"Headline number {number}",
        content=f"Text of story {number}.",
        published_at=NOW - number * HOUR,
    )
    for number in range(1, 11)
)
WITHOUT_GUID = tuple(replace(entry, guid="") for entry in WITH_GUID)
Mutate = Callable[[Entry], Entry]


def everywhere(old: str, new: str) -> Mutate:
    return lambda entry: replace(entry, guid=entry.guid.replace(old, new), link=entry.link.replace(old, new))


@pytest.mark.parametrize("entries", [WITH_GUID, WITHOUT_GUID], ids=["with guid", "without guid"])
@pytest.mark.parametrize(
    "mutate",
    [
        pytest.param(everywhere("http:", "https:"), id="moves to https"),
        pytest.param(everywhere("outlet.example", "www.outlet.example"), id="moves to another host"),
        pytest.param(lambda entry: replace(entry, link=entry.link + "?v=8f3a"), id="rotating token"),
        pytest.param(lambda entry: replace(entry, link=entry.link + "?utm_source=rss"), id="tracker"),
        pytest.param(lambda entry: replace(entry, link=entry.link + "#comments"), id="fragment"),
        pytest.param(lambda entry: replace(entry, link=entry.link + "-updated"), id="slug edit"),
        pytest.param(lambda entry: replace(entry, guid=f"tag:new,{entry.title}"), id="new guid scheme"),
        pytest.param(lambda entry: replace(entry, guid=""), id="guids vanish"),
        pytest.param(lambda entry: replace(entry, published_at=NOW + HOUR), id="re-dated"),
        pytest.param(lambda entry: replace(entry, title=f"UPDATED: {entry.title}"), id="title edit"),
        pytest.param(lambda entry: replace(entry, content=entry.content + " Corrected."), id="text edit"),
        pytest.param(lambda entry: replace(entry, published_at=None), id="dates vanish"),
    ],
)
def test_a_mutation_brings_nothing_new(
    mutate: Mutate, entries: tuple[Entry, ...], begin: Begin, session: Session
) -> None:
    feed_id = add_feed(begin, "http://outlet.example/feed", due_at=NOW)
    fresh = Entry(guid="fresh", link="http://outlet.example/fresh", title="Headline number 1", published_at=NOW)
    shown = [entries, (fresh, *map(mutate, entries))]
    for number, some in enumerate(shown):
        now = NOW + number * 24 * HOUR
        poll_feed(feed_id, begin=begin, fetch=_showing(some), policy=POLICY, now=now)
    assert len(session.exec(select(Document.id)).all()) == len(entries) + 1


def _showing(entries: tuple[Entry, ...]) -> Callable[[FeedAsked], FeedAnswer]:
    return lambda feed: FeedRead(Receipt(None, None, str(hash(entries))), Wishes(), ParsedFeed(entries=entries))

"""What feeds gave is counted and told: languages, walls, texts and dates, and each request."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from services.api.census import Census, WalledFeed, census, feed_log, walled_feeds
from shared.clock import utc_now
from shared.tables import Article, Document, Feed, PollLog, Story, Tagging
from shared.vocabulary import (
    Arrival,
    DateSource,
    DocumentState,
    ExtractionMethod,
    PageKind,
    PollOutcome,
    Skipped,
    TextSource,
)
from tests.stancewatch.test_subscriptions import Terminal

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def arrange(session: Session) -> None:
    """Two feeds: one of an article, a German one and an unreadable page; one of five stubs and an article."""
    for number in (1, 2):
        session.add(Feed(id=number, url=f"https://outlet.example/{number}", added_at=NOW))
    session.flush()
    session.add(PollLog(feed_id=1, polled_at=NOW, outcome=PollOutcome.NEW_ENTRIES, entries=3, new_entries=3))
    late = NOW + timedelta(hours=1)
    session.add(PollLog(feed_id=1, polled_at=late, outcome=PollOutcome.FAILED, detail="the server answered 500"))
    store(session, 1, "en", PageKind.ARTICLE, arrived=Arrival.HISTORY, revision=2)
    german = store(session, 1, "de", PageKind.NOT_READ)
    session.add(Tagging(article_id=german, tagger_version="1", tagged_at=NOW, skipped=Skipped.LANGUAGE))
    key = "https://outlet.example/none"
    session.add(Document(feed_id=1, entry_key=key, url=key, found_at=NOW, state=DocumentState.UNREADABLE))
    for _ in range(5):
        store(session, 2, "en", PageKind.PAYWALL)
    store(session, 2, "en", PageKind.ARTICLE)
    session.commit()


def store(session: Session, feed_id: int, language: str, kind: PageKind, **parts: object) -> int:
    number = len(session.scalars(select(Document.id)).all())
    key = f"https://outlet.example/article/{number}"
    document = Document(feed_id=feed_id, entry_key=key, url=key, found_at=NOW, state=DocumentState.READ)
    story = Story(text_hash=key)
    session.add_all([document, story])
    session.flush()
    article = Article(
        document_id=document.id,
        story_id=story.id,
        url=key,
        title="",
        outlet="Outlet",
        language=language,
        text="Text.",
        text_from=TextSource.PAGE,
        published_at=NOW,
        published_from=DateSource.META,
        ingested_at=NOW,
        method=ExtractionMethod.TRAFILATURA,
        page_kind=kind,
        **parts,
    )
    session.add(article)
    session.flush()
    assert article.id is not None
    return article.id


def test_articles_are_counted_by_what_was_noted_of_them(any_database: Engine) -> None:
    with Session(any_database) as session:
        arrange(session)
        assert census(session, feed_id=1) == Census(
            articles=2,
            history=1,
            revised=1,
            not_tagged=1,
            unreadable=1,
            waiting=0,
            languages={"de": 1, "en": 1},
            pages={"article": 1, "not_read": 1},
            methods={"trafilatura": 2},
            dates={"meta": 2},
        )
        assert census(session).articles == 8
        assert [(line.outcome, line.new) for line in feed_log(session, 1, most=5)] == [
            (PollOutcome.FAILED, 0),
            (PollOutcome.NEW_ENTRIES, 3),
        ]
        assert walled_feeds(session, since=NOW - timedelta(days=7)) == (
            WalledFeed("https://outlet.example/2", pages=6, walled=5),
        )


@pytest.fixture
def terminal(database: Engine, tmp_path: Path) -> Terminal:
    with Session(database) as session:
        arrange(session)
    return Terminal(tmp_path)


def test_a_feeds_log_is_told_to_people_and_programs(terminal: Terminal) -> None:
    told = terminal.run("feeds", "log", "https://outlet.example/1")
    assert told.returncode == 0, told.stderr
    assert "1 de, 1 en" in told.stdout
    assert "500" in told.stdout
    lines = [json.loads(line) for line in terminal.run("feeds", "log", "1", "--json").stdout.splitlines()]
    assert [line["type"] for line in lines] == ["poll", "poll", "counts"]
    assert lines[-1]["languages"] == {"de": 1, "en": 1}


def test_an_unknown_feed_is_the_askers_mistake(terminal: Terminal) -> None:
    told = terminal.run("feeds", "log", "7")
    assert (told.returncode, told.stderr) == (
        2,
        "stancewatch: there is no feed '7'; `stancewatch feeds list` shows them\n",
    )


def test_doctor_counts_articles_and_names_feeds_behind_walls(terminal: Terminal) -> None:
    told = terminal.run("doctor", "--json").stdout
    seen = [line["seen"] for line in map(json.loads, told.splitlines()) if line["check"] == "articles"]
    assert "8 articles, 1 of them history, 1 revised, 1 entries unreadable, 0 waiting" in seen


def test_doctor_names_feeds_that_may_have_lost_entries(terminal: Terminal, database: Engine) -> None:
    with Session(database) as session, session.begin():
        lost: dict[str, Any] = {"outcome": PollOutcome.WALKED_BACK, "gap_suspected": True}
        session.add(PollLog(feed_id=1, polled_at=utc_now(), **lost))
        session.add(PollLog(feed_id=2, polled_at=utc_now() - timedelta(days=8), **lost))
    told = terminal.run("doctor", "--json").stdout
    seen = [line["seen"] for line in map(json.loads, told.splitlines()) if line["check"] == "feeds"]
    assert "1 feeds showed entries lately that nobody saw: https://outlet.example/1" in seen

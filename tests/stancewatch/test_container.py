"""A stack of containers makes its own passwords once, and its demo points the seeds at the stand-ins."""

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from services.api.watchlist import FeedWish, parse_watchlist
from services.api.wishes import add_feed
from shared.clock import utc_now
from shared.database import parse_url
from shared.events import Event, FeedDue
from shared.settings import Settings
from shared.tables import FeedPoll
from shared.transaction import Begin, Read
from stancewatch.container_demo import ask_again_after_first_poll, pointed_at
from stancewatch.container_secrets import make_secrets

URL = "http://feed.example/feed.xml"
WATCHLIST = """
figures: [{id: ana-ruiz, name: Ana Ruiz}]
issues: [{id: tram, name: Tram, proposition: The city should build the tram., terms: [tram]}]
feeds: [{url: "https://outlet.example/rss"}]
subscriptions:
  - {name: desk, email: desk@paper.example}
  - {name: bot, webhook: "https://newsroom.example/hook"}
"""


def test_the_settings_are_read_from_the_files_that_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STANCEWATCH_DATABASE_URL", "STANCEWATCH_BROKER_URL", "STANCEWATCH_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    make_secrets(tmp_path)
    settings = Settings(_secrets_dir=tmp_path, _env_file=None)
    password = (tmp_path / "postgres_password").read_text()
    assert parse_url(settings.database).password == password
    assert settings.broker == f"redis://:{(tmp_path / 'redis_password').read_text()}@redis:6379/0"
    assert settings.secret_key.get_secret_value() == (tmp_path / "stancewatch_secret_key").read_text()
    assert (tmp_path / "redis.conf").read_text() == f"requirepass {(tmp_path / 'redis_password').read_text()}\n"


def test_passwords_are_made_once_and_differ_from_stack_to_stack(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert len(make_secrets(one)) == 4
    kept = {path.name: path.read_text() for path in one.iterdir()}
    assert make_secrets(one) == ()
    assert {path.name: path.read_text() for path in one.iterdir()} == kept
    make_secrets(other)
    assert (other / "redis_password").read_text() != kept["redis_password"]


def test_only_feed_and_webhook_are_pointed_elsewhere() -> None:
    wishes = parse_watchlist(WATCHLIST, source="w.yaml")
    moved = pointed_at(wishes, feed=URL, hook="http://sink.example/hook")
    assert [feed.url for feed in moved.feeds] == [URL]
    assert [(one.email, one.webhook) for one in moved.subscriptions] == [
        ("desk@paper.example", None),
        (None, "http://sink.example/hook"),
    ]
    assert (moved.figures, moved.issues) == (wishes.figures, wishes.issues)


def test_the_feed_is_due_again_as_soon_as_it_was_asked_once(begin: Begin, read: Read, published: list[Event]) -> None:
    with begin() as tx:
        add_feed(tx, FeedWish(url=URL), now=utc_now())
    published.clear()

    def first_poll() -> None:
        time.sleep(0.2)
        with begin() as tx:
            poll = only_poll(tx.session)
            poll.polled_at, poll.next_poll_at = utc_now(), utc_now() + timedelta(hours=1)
            tx.session.add(poll)

    ingest = threading.Thread(target=first_poll)
    ingest.start()
    assert ask_again_after_first_poll(read, begin, URL)
    ingest.join()
    with read() as session:
        assert only_poll(session).next_poll_at <= utc_now()
    assert published == [FeedDue(feed_id=1)]


def only_poll(session: Session) -> FeedPoll:
    return session.exec(select(FeedPoll).order_by(col(FeedPoll.feed_id))).one()

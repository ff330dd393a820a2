"""Sets the stage for the demo in containers: the seeds' watchlist, pointed at the stand-in feed and webhook sink."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from sqlmodel import Session, col, select

from services.api.consents import EVERYBODY
from services.api.watchlist import FeedWish, WatchlistFile, read_watchlist
from services.api.wishes import apply_watchlist, webhook_secrets
from shared.clock import utc_now
from shared.events import FeedDue
from shared.tables import Feed, FeedPoll
from shared.transaction import Begin, Read
from stancewatch.store import reading, writing

PATIENCE_SECONDS = 120


def main(arguments: list[str]) -> int:
    """Apply the watchlist, hand its signing secret to the sink, and have the feed asked a second time."""
    asked = _parser().parse_args(arguments)
    wishes = pointed_at(read_watchlist(asked.watchlist), feed=asked.feed, hook=asked.hook)
    begin = writing()
    with begin() as tx:
        apply_watchlist(tx, wishes, vouched=EVERYBODY, now=utc_now())
        secrets = webhook_secrets(tx.session, {one.name for one in wishes.subscriptions})
    asked.secret_file.write_text("\n".join(secrets.values()), encoding="ascii")
    if ask_again_after_first_poll(reading(), begin, asked.feed):
        return 0
    sys.stderr.write(f"{asked.feed} was not asked within {PATIENCE_SECONDS} s; is the ingest worker running?\n")
    return 1


def pointed_at(wishes: WatchlistFile, *, feed: str, hook: str) -> WatchlistFile:
    """Return the wishes with this feed, and with this address for every webhook."""
    subscriptions = tuple(
        one.model_copy(update={"webhook": hook}) if one.webhook else one for one in wishes.subscriptions
    )
    return wishes.model_copy(update={"subscriptions": subscriptions, "feeds": (FeedWish(url=feed, name="Seeds"),)})


def ask_again_after_first_poll(read: Read, begin: Begin, url: str) -> bool:
    """Make the feed due once more as soon as it was asked, so that nobody waits for the usual interval."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with read() as session:
            asked = _poll(session, url).polled_at is not None
        if asked:
            with begin() as tx:
                poll = _poll(tx.session, url)
                poll.next_poll_at = utc_now()
                tx.session.add(poll)
                tx.emit(FeedDue(feed_id=poll.feed_id))
            return True
        time.sleep(0.5)
    return False


def _poll(session: Session, url: str) -> FeedPoll:
    return session.exec(select(FeedPoll).join(Feed, col(Feed.id) == FeedPoll.feed_id).where(Feed.url == url)).one()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stancewatch.container_demo", description=__doc__)
    parser.add_argument("--feed", required=True)
    parser.add_argument("--hook", required=True)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--watchlist", type=Path, default=Path("seeds/watchlist.yaml"))
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

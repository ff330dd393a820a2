"""What became of articles is counted, and each feed has its log."""

import httpx
from sqlalchemy import Engine
from sqlmodel import Session

from tests.stancewatch.test_feed_log import arrange


def test_articles_are_counted_over_all_feeds(client: httpx.Client, database: Engine) -> None:
    with Session(database) as session:
        arrange(session)
    counts = client.get("/api/v1/articles/counts").json()
    assert (counts["articles"], counts["not_tagged"], counts["unreadable"]) == (8, 1, 1)
    assert counts["languages"] == {"de": 1, "en": 7}
    assert counts["pages"]["paywall"] == 5


def test_a_feed_has_its_log(client: httpx.Client, database: Engine) -> None:
    with Session(database) as session:
        arrange(session)
    log = client.get("/api/v1/feeds/1/log", params={"most": 1}).json()
    assert [(line["outcome"], line["detail"]) for line in log["items"]] == [("failed", "the server answered 500")]
    assert log["counts"]["articles"] == 2


def test_a_feed_that_is_not_there_has_none(client: httpx.Client) -> None:
    assert client.get("/api/v1/feeds/9/log").status_code == 404

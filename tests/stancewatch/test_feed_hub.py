"""A feed's log says whether its hub pushes, and why not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.tables import FeedHub
from shared.vocabulary import HubWish
from stancewatch.feed_log import hub_line, hub_story

NOW = datetime(2016, 1, 12, 12, 0, tzinfo=UTC)
HUB: dict[str, Any] = {"feed_id": 1, "hub": "http://hub.example/", "topic": "t", "token": "t", "secret": "s"}
SOON = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        pytest.param({}, "does not push its news: STANCEWATCH_WEBSUB_URL is not set", id="never asked"),
        pytest.param({"asked_for": HubWish.SUBSCRIBE}, "does not push its news: asked, not yet confirmed", id="asked"),
        pytest.param({"detail": "the hub answered 500"}, "does not push its news: the hub answered 500", id="down"),
        pytest.param({"expires_at": NOW}, "does not push its news: STANCEWATCH_WEBSUB_URL is not set", id="lapsed"),
        pytest.param({"expires_at": SOON}, "pushes its news until 2016-01-12 13:00, nothing yet", id="silent"),
        pytest.param(
            {"expires_at": SOON, "delivered_at": NOW},
            "pushes its news until 2016-01-12 13:00, last on 2016-01-12 12:00",
            id="pushing",
        ),
    ],
)
def test_the_story_of_a_hub(state: dict[str, Any], told: str) -> None:
    hub = FeedHub(**{**HUB, "next_try_at": NOW, **state})
    assert hub_story(hub, now=NOW) == f"http://hub.example/ {told}"
    assert hub_line(hub)["pushes_until"] in (None, "2016-01-12T12:00:00Z", "2016-01-12T13:00:00Z")

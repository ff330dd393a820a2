"""What a desk asks beside the ledger: positions, the watchlist, feeds, deliveries, a preview of a wish."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from services.api.app import create_app
from services.api.deps import Edges
from services.api.watchlist import FeedWish
from services.api.wishes import add_feed
from shared.tables import Alert, Delivery
from shared.transaction import Begin
from shared.vocabulary import ChannelKind
from tests.api.builders import DAY_ONE, add_storyline
from tests.api.serving import served


@pytest.fixture
def later(edges: Edges, begin: Begin) -> Iterator[httpx.Client]:
    """The service thirty days after the storyline began; its shift was on the fifth day."""
    with begin() as tx:
        add_storyline(tx.session)
    with served(create_app(replace(edges, now=lambda: DAY_ONE + timedelta(days=30)))) as client:
        yield client


def test_positions_come_with_the_shift_that_led_there(later: httpx.Client) -> None:
    (position,) = later.get("/api/v1/positions").json()["items"]
    assert (position["figure"], position["issue"], position["position"]) == ("ana-ruiz", "tram", "against")
    assert (position["statements"], position["shift"]["kind"]) == (2, "commitment")


def test_the_watchlist_shows_what_is_watched(later: httpx.Client) -> None:
    watched = later.get("/api/v1/watchlist").json()
    assert [figure["id"] for figure in watched["figures"]] == ["ana-ruiz"]
    assert [issue["proposition"] for issue in watched["issues"]] == [
        "The harbour should be closed.",
        "The city should build the tram.",
    ]


def test_a_feed_shows_how_it_stands(later: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        add_feed(tx, FeedWish(url="https://outlet.example/rss", name="Outlet"), now=DAY_ONE)
    (feed,) = later.get("/api/v1/feeds").json()["items"]
    assert (feed["url"], feed["polled_at"], feed["next_poll_at"]) == (
        "https://outlet.example/rss",
        None,
        "2031-03-01T09:00:00Z",
    )


def test_deliveries_are_listed_without_their_addresses(later: httpx.Client) -> None:
    answer = later.get("/api/v1/deliveries")
    (delivery,) = answer.json()["items"]
    assert (delivery["subscription"], delivery["channel"], delivery["state"]) == ("desk", "email", "delivered")
    assert "paper.example" not in answer.text
    assert later.get("/api/v1/deliveries?state=dead").json()["items"] == []


def test_deliveries_are_paged(later: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        alert = tx.session.get_one(Alert, 1)
        tx.session.add(
            Delivery(alert_id=1, channel=ChannelKind.WEBHOOK, address="", key="second", next_attempt_at=alert.raised_at)
        )
    first = later.get("/api/v1/deliveries?limit=1").json()
    second = later.get("/api/v1/deliveries", params={"limit": 1, "cursor": first["next"]}).json()
    assert [page["items"][0]["id"] for page in (first, second)] == [2, 1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param("", 1, id="everything"),
        pytest.param("figure=ana-ruiz&figure=somebody-else&kind=commitment", 1, id="what it is"),
        pytest.param("kind=reversal&kind=retreat", 0, id="other kinds"),
        pytest.param("issue=harbour", 0, id="another issue"),
        pytest.param("minimum_confidence=0.91", 1, id="just sure enough"),
        pytest.param("minimum_confidence=0.92", 0, id="not sure enough"),
        pytest.param("own_words_only=true", 1, id="in own words"),
        pytest.param("days=26", 1, id="within the days"),
        pytest.param("days=25", 0, id="before the days"),
    ],
)
def test_a_preview_says_what_a_wish_would_have_caught(later: httpx.Client, query: str, count: int) -> None:
    answer = later.get(f"/api/v1/preview?{query}").json()
    assert (answer["count"], len(answer["shifts"]), answer["more"]) == (count, count, False)


@pytest.mark.parametrize("query", ["days=0", "minimum_confidence=nan", "minimum_confidence=2", "kind=sideways"])
def test_a_wish_that_cannot_be_is_a_problem(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/api/v1/preview?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")

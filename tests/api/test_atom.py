"""Shifts in a feed reader: a feed that feed readers parse, asked again without being sent again."""

from typing import Any

import feedparser
import httpx
import pytest

from shared.tables import Alert, Pressure, Subscription
from shared.transaction import Begin
from shared.vocabulary import News, Stance
from tests.api.builders import DAY_ONE, Said, add_shift, add_statement, add_storyline, add_watchlist

TOKEN = "T" * 43


def test_an_entry_carries_both_quotes_and_leads_to_the_shift(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        add_storyline(tx.session)
    answer = client.get("/shifts.atom")
    feed = feedparser.parse(answer.content)
    (entry,) = feed.entries
    assert (feed.bozo, feed.version, answer.headers["content-type"]) == (False, "atom10", "application/atom+xml")
    assert entry.title == "Ana Ruiz on Tram: mixed → against"
    assert entry.link == "https://news.example/figures/ana-ruiz/issues/tram#shift1"
    assert "I see both sides of the tram." in entry.content[0].value
    assert "I will vote against the tram." in entry.content[0].value


@pytest.mark.parametrize(
    ("query", "entries"),
    [
        pytest.param("?figure=ana-ruiz", 1, id="of the figure"),
        pytest.param("?issue=harbour", 0, id="of another issue"),
        pytest.param("?figure=ana-ruiz&issue=tram", 1, id="of figure and issue"),
    ],
)
def test_a_feed_of_a_figure_or_an_issue(client: httpx.Client, begin: Begin, query: str, entries: int) -> None:
    with begin() as tx:
        add_storyline(tx.session)
    feed = feedparser.parse(client.get(f"/shifts.atom{query}").content)
    assert (len(feed.entries), feed.feed.id) == (entries, f"https://news.example/shifts.atom{query}")


def test_a_feed_that_did_not_change_is_not_sent_again(client: httpx.Client, begin: Begin) -> None:
    etag = client.get("/shifts.atom").headers["etag"]
    again = client.get("/shifts.atom", headers={"If-None-Match": etag})
    with begin() as tx:
        add_storyline(tx.session)
    grown = client.get("/shifts.atom", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, grown.status_code) == (304, b"", 200)


def test_a_subscription_has_a_feed_of_what_it_was_alerted_to(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        add_storyline(tx.session)  # alerts the subscription `desk`
        tx.session.add(Subscription(name="other", email="o@paper.example", token=TOKEN, created_at=DAY_ONE))
        tx.session.flush()
        desk = tx.session.get_one(Subscription, 1).token
    told = feedparser.parse(client.get(f"/subscriptions/{desk}/shifts.atom").content)
    untold = feedparser.parse(client.get(f"/subscriptions/{TOKEN}/shifts.atom").content)
    assert (len(told.entries), len(untold.entries)) == (1, 0)
    assert client.get(f"/subscriptions/{'X' * 43}/shifts.atom").status_code == 404


def test_hostile_text_leaves_the_feed_well_formed_and_inert(client: httpx.Client, begin: Begin) -> None:
    hostile = "<script>alert(1)</script> ]]> \x0c \x1b &amp; \ufffe"
    with begin() as tx:
        actor = add_watchlist(tx.session)
        before = add_statement(tx.session, actor, Said(0, Stance.MIXED, hostile, outlet=hostile))
        after = add_statement(tx.session, actor, Said(1, Stance.AGAINST, hostile, url="javascript:alert(1)"))
        add_shift(tx.session, before, after)
    feed = feedparser.parse(client.get("/shifts.atom").content, sanitize_html=False)
    assert not feed.bozo
    content = feed.entries[0].content[0].value
    assert "<script" not in content
    assert 'href="javascript' not in content


def test_early_warnings_stand_beside_the_shifts(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        before, after, _ = add_storyline(tx.session)
        assert after.id
        span: dict[str, Any] = {
            "since": before.published_at,
            "until": after.published_at,
            "noticed_at": after.published_at,
        }
        pressed: dict[str, Any] = {"figure_id": "ana-ruiz", "issue_id": "tram", "toward": Stance.AGAINST, "sources": 3}
        for number in (1, 2):
            tx.session.add(Pressure(id=number, statement_id=after.id, **pressed, **span))
        told: dict[str, Any] = {"news": News.PRESSURE, "reason": "asked_for_figure", "raised_at": DAY_ONE}
        tx.session.flush()
        tx.session.add(Alert(pressure_id=2, subscription_id=1, shift_id=None, **told))
        desk = tx.session.get_one(Subscription, 1).token
    everything = feedparser.parse(client.get("/shifts.atom").content)
    mine = feedparser.parse(client.get(f"/subscriptions/{desk}/shifts.atom").content)
    assert not everything.bozo
    assert sorted(entry.tags[0].term for entry in everything.entries) == ["commitment", "pressure", "pressure"]
    assert sorted(entry.tags[0].term for entry in mine.entries) == ["commitment", "pressure"]
    (warning,) = (entry for entry in mine.entries if entry.tags[0].term == "pressure")
    assert warning.title == "Pressure on Ana Ruiz over Tram: 3 independent stories"
    assert warning.link.endswith("/figures/ana-ruiz/issues/tram#pressure2")
    assert "I will vote against the tram." in warning.content[0].value

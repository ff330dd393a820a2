"""Every question that the API asks, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from services.api import listings, queries, subscribers
from services.api.cursors import Cursor
from services.api.queries import Wanted
from services.api.watchlist import FeedWish
from services.api.wishes import add_feed
from shared.tables import Delivery, Subscription
from shared.transaction import Begin, Read, reads, transactions
from shared.vocabulary import ChannelKind, DeliveryState, ShiftStatus, Stance
from tests.api.builders import DAY_ONE, add_storyline

TOKEN = "T" * 43


@pytest.fixture
def begin(any_database: Engine) -> Begin:
    return transactions(any_database, lambda _: None)


@pytest.fixture
def read(any_database: Engine) -> Read:
    return reads(any_database)


def test_the_ledger_is_read(begin: Begin, read: Read) -> None:
    with begin() as tx:
        before, after, shift = add_storyline(tx.session)
    everything = Wanted(
        figure="ana-ruiz", issue="tram", since=DAY_ONE, cursor=Cursor(datetime(2040, 1, 1, tzinfo=UTC), 1)
    )
    with read() as session:
        assert [one.id for one in queries.statements(session, everything)] == [after.id, before.id]
        assert [one.id for one in queries.timeline(session, "ana-ruiz", "tram", most=9)] == [before.id, after.id]
        assert [one.id for one in queries.shifts(session, everything, ShiftStatus.STANDING)] == [shift.id]
        assert [one.id for one in queries.standing_shifts(session)] == [shift.id]
        assert [one.id for one in queries.standing_shifts_of(session, "ana-ruiz", "tram")] == [shift.id]
        assert [one.id for one in queries.shifts_alerted(session, 1, most=9)] == [shift.id]
        (alert,) = queries.alerts(session, everything)
    assert [(copy.channel, copy.state) for copy in alert.deliveries] == [(ChannelKind.EMAIL, DeliveryState.DELIVERED)]


def test_the_board_is_read(begin: Begin, read: Read) -> None:
    with begin() as tx:
        add_storyline(tx.session)
    with read() as session:
        weights = queries.stance_weights(session)
        assert [figure.id for figure in queries.watched_figures(session)] == ["ana-ruiz"]
        assert [issue.id for issue in queries.watched_issues(session)] == ["harbour", "tram"]
    assert [(one.stance, one.statements, one.latest) for one in weights] == [
        (Stance.AGAINST, 1, DAY_ONE + timedelta(days=4)),
        (Stance.MIXED, 1, DAY_ONE),
    ]


def test_the_desk_is_answered(begin: Begin, read: Read) -> None:
    with begin() as tx:
        add_storyline(tx.session)
        add_feed(tx, FeedWish(url="https://outlet.example/rss"), now=DAY_ONE)
    with read() as session:
        assert [one.url for one in listings.feeds(session, after=0, most=9)] == ["https://outlet.example/rss"]
        (sent,) = listings.deliveries(session, Wanted(), state=DeliveryState.DELIVERED)
    assert (sent.subscription, sent.raised_at) == ("desk", DAY_ONE + timedelta(days=4))


def test_the_oldest_delivery_due_is_found(begin: Begin, read: Read) -> None:
    with begin() as tx:
        add_storyline(tx.session)
        tx.session.add(Delivery(alert_id=1, channel=ChannelKind.WEBHOOK, address="", key="k", next_attempt_at=DAY_ONE))
    with read() as session:
        assert queries.oldest_delivery_due(session, DAY_ONE - timedelta(seconds=1)) is None
        assert queries.oldest_delivery_due(session, DAY_ONE + timedelta(hours=1)) == DAY_ONE


def test_mail_ends_and_begins_again(begin: Begin, read: Read) -> None:
    with begin() as tx:
        tx.session.add(Subscription(name="desk", email="desk@paper.example", token=TOKEN, created_at=DAY_ONE))
    agreed = []
    for change in (subscribers.end_mail, subscribers.end_mail, subscribers.agree_to_mail):
        with begin() as tx:
            found = subscribers.subscription_of(tx.session, TOKEN)
            assert found is not None
            change(tx.session, found, now=DAY_ONE)
        with read() as session:
            found = subscribers.subscription_of(session, TOKEN)
            assert found is not None
            agreed.append(found.mail_agreed)
    assert agreed == [False, False, True]

"""Handoffs: a row from the cause's commit to the effect's, whatever happens to the message."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from shared import handoffs
from shared.events import ArticleIngested, DocumentFound, Event, FeedDue
from shared.failures import LeaseLost
from shared.handoffs import handoff
from shared.leases import LeasePolicy
from shared.transaction import Begin, transactions
from shared.vocabulary import HandoffState

POLICY = LeasePolicy(seconds=60, most_attempts=3)
TAG = "extract.tag_article"
AT_ONCE = timedelta(seconds=-1)


@pytest.fixture
def begin(any_database: Engine, published: list[Event]) -> Begin:
    return transactions(any_database, published.append)


def test_an_event_leaves_only_after_the_commit(begin: Begin, published: list[Event]) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
        assert published == []
    assert published == [ArticleIngested(article_id=7)]


def test_a_transaction_that_fails_leaves_neither_row_nor_event(begin: Begin, published: list[Event]) -> None:
    with pytest.raises(ZeroDivisionError), begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
        1 / 0  # noqa: B018
    with begin() as tx:
        assert tx.session.execute(select(handoff.c.id)).all() == []
    assert published == []


def test_a_feed_that_is_due_leaves_no_row_since_its_own_row_waits(begin: Begin, published: list[Event]) -> None:
    with begin() as tx:
        tx.emit(FeedDue(feed_id=1))
    with begin() as tx:
        assert tx.session.execute(select(handoff.c.id)).all() == []
    assert published == [FeedDue(feed_id=1)]


def test_one_of_two_takes_it(begin: Begin) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    with begin() as tx:
        first = handoffs.take(tx.session, TAG, 7, policy=POLICY)
    with begin() as tx:
        second = handoffs.take(tx.session, TAG, 7, policy=POLICY)
    assert first is not None
    assert second is None


def test_eight_at_once_and_one_takes_it(begin: Begin) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    claims: list[object] = []

    def work() -> None:
        with begin() as tx:
            claims.append(handoffs.take(tx.session, TAG, 7, policy=POLICY))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) == 8
    assert len([claim for claim in claims if claim is not None]) == 1


def test_a_finished_handoff_is_gone_and_a_repeated_message_finds_nothing(begin: Begin) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    with begin() as tx:
        claim = handoffs.take(tx.session, TAG, 7, policy=POLICY)
    assert claim is not None
    with begin() as tx:
        handoffs.finish(tx.session, claim)
    with begin() as tx:
        assert handoffs.take(tx.session, TAG, 7, policy=POLICY) is None


def test_who_lost_the_lease_saves_nothing(begin: Begin) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    with begin() as tx:
        slow = handoffs.take(tx.session, TAG, 7, policy=LeasePolicy(seconds=-1, most_attempts=3))
    with begin() as tx:
        quick = handoffs.take(tx.session, TAG, 7, policy=POLICY)
    assert slow is not None
    assert quick is not None
    with pytest.raises(LeaseLost), begin() as tx:
        tx.emit(DocumentFound(document_id=1))
        handoffs.finish(tx.session, slow)
    with begin() as tx:
        assert tx.session.execute(select(handoff.c.task)).scalars().all() == [TAG]
        handoffs.finish(tx.session, quick)


def test_news_about_a_subject_in_work_makes_the_work_start_anew(begin: Begin) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    with begin() as tx:
        claim = handoffs.take(tx.session, TAG, 7, policy=POLICY)
    assert claim is not None
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    with pytest.raises(LeaseLost), begin() as tx:
        handoffs.finish(tx.session, claim)
    with begin() as tx:
        assert handoffs.take(tx.session, TAG, 7, policy=POLICY) is not None


def test_what_dies_each_time_is_set_aside_with_its_reason(begin: Begin, any_database: Engine) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    for _ in range(3):
        with begin() as tx:
            assert handoffs.take(tx.session, TAG, 7, policy=LeasePolicy(seconds=-1, most_attempts=3))
    handoffs.note_failure(any_database, TAG, 7, reason="MemoryError: ")
    with begin() as tx:
        assert handoffs.take(tx.session, TAG, 7, policy=POLICY) is None
    with begin() as tx:
        row = tx.session.execute(select(handoff.c.state, handoff.c.reason, handoff.c.attempts)).one()
        assert handoffs.unanswered(tx.session, [TAG], renudge=AT_ONCE, most=10) == ()
        assert handoffs.oldest_waiting(tx.session) is None
    assert tuple(row) == (HandoffState.DEAD, "MemoryError: ", 4)


def test_a_lost_message_is_rung_again_once_each_time(begin: Begin) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    with begin() as tx:
        too_early = handoffs.unanswered(tx.session, [TAG], renudge=timedelta(minutes=1), most=10)
    with begin() as tx:
        tx.session.execute(update(handoff).values(nudged_at=None))
        rung = handoffs.unanswered(tx.session, [TAG], renudge=timedelta(minutes=1), most=10)
        again = handoffs.unanswered(tx.session, [TAG], renudge=timedelta(minutes=1), most=10)
    assert too_early == ()
    assert rung == (ArticleIngested(article_id=7),)
    assert again == ()


def test_what_somebody_works_on_is_not_rung(begin: Begin) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    with begin() as tx:
        handoffs.take(tx.session, TAG, 7, policy=POLICY)
    with begin() as tx:
        assert handoffs.unanswered(tx.session, [TAG], renudge=AT_ONCE, most=10) == ()


def test_what_was_set_aside_gets_its_tries_anew(begin: Begin) -> None:
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=7))
    for _ in range(4):
        with begin() as tx:
            handoffs.take(tx.session, TAG, 7, policy=LeasePolicy(seconds=-1, most_attempts=3))
    with begin() as tx:
        assert handoffs.take(tx.session, TAG, 7, policy=POLICY) is None
        assert handoffs.revive(tx.session) == 1
        assert handoffs.revive(tx.session) == 0
        assert handoffs.unanswered(tx.session, [TAG], renudge=timedelta(minutes=1), most=10) == (
            ArticleIngested(article_id=7),
        )
    with begin() as tx:
        assert handoffs.take(tx.session, TAG, 7, policy=POLICY) is not None

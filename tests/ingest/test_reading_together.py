"""One nudge stands for several documents: all are read, and one that cannot be read hinders no other."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from services.ingest.answers import PageAnswer, PageAsked, PageLater, PageNever
from services.ingest.drafts import Origin
from services.ingest.handlers import FETCH_DOCUMENT, fetch_documents, find_work
from services.ingest.identity import identify
from services.ingest.intake import READ_TOGETHER, take_in
from services.ingest.values import Entry, Sweep
from shared.events import DocumentFound, Event
from shared.tables import Article, Handoff
from shared.transaction import Begin, transactions
from tests.ingest.conftest import LEASE, NOW

COUNT = 2 * READ_TOGETHER + 3


def no_page(_: PageAsked) -> PageAnswer:
    return PageNever("no page in this test")


def except_the_third(answer: Callable[[], PageAnswer]) -> Callable[[PageAsked], PageAnswer]:
    return lambda asked: answer() if asked.url.endswith("/3") else no_page(asked)


def found(begin: Begin, count: int = COUNT) -> None:
    """Let a feed show its first entries."""
    entries = [
        Entry(guid=str(n), link=f"http://a.example/{n}", title=f"Headline {n}", content=f"Summary {n}.")
        for n in range(1, count + 1)
    ]
    with begin() as tx:
        take_in(tx, identify(entries, feed_url="http://a.example/feed"), Origin(), now=NOW)


@pytest.fixture
def rung() -> list[Event]:
    return []


@pytest.fixture
def ringing(any_database: Engine, rung: list[Event]) -> Begin:
    begin = transactions(any_database, rung.append)
    found(begin)
    return begin


def test_a_first_read_rings_once_for_several_documents_and_all_are_read(
    ringing: Begin, rung: list[Event], any_database: Engine
) -> None:
    documents = [event for event in rung if isinstance(event, DocumentFound)]
    assert [event.document_id for event in documents] == list(range(1, COUNT + 1, READ_TOGETHER))
    for event in reversed(documents):  # in whichever order workers hear them
        fetch_documents(event.document_id, begin=ringing, fetch=no_page, now=NOW, lease=LEASE)
    with Session(any_database) as session:
        assert len(session.exec(select(Article)).all()) == COUNT
        assert session.exec(select(Handoff).where(Handoff.task == FETCH_DOCUMENT)).all() == []


def test_lost_rings_are_rung_again_for_what_waits(any_database: Engine, rung: list[Event]) -> None:
    begin = transactions(any_database, lambda _: None)  # a broker that loses all
    found(begin)
    find_work(begin=begin, publish=rung.append, sweep=Sweep(timedelta(seconds=-1)), now=NOW)
    for event in rung:
        assert isinstance(event, DocumentFound)
        fetch_documents(event.document_id, begin=begin, fetch=no_page, now=NOW, lease=LEASE)
    with Session(any_database) as session:
        assert len(session.exec(select(Article)).all()) == COUNT


def test_a_long_queue_does_not_fill_the_broker_with_rings(database: Engine, rung: list[Event]) -> None:
    begin = transactions(database, lambda _: None)
    found(begin, count=1_000)
    find_work(begin=begin, publish=rung.append, sweep=Sweep(timedelta(seconds=-1), most=2_560), now=NOW)
    assert 10 <= len(rung) <= 20


def test_a_page_that_may_be_had_later_hinders_no_other_and_says_why(ringing: Begin, any_database: Engine) -> None:
    down = except_the_third(lambda: PageLater("the server answered 502"))
    fetch_documents(1, begin=ringing, fetch=down, now=NOW, lease=LEASE)
    with Session(any_database) as session:
        (waits,) = session.exec(
            select(Handoff).where(Handoff.task == FETCH_DOCUMENT, Handoff.subject_id <= READ_TOGETHER)
        ).all()
    assert (waits.subject_id, waits.attempts) == (3, 1)
    assert waits.reason == "TemporaryFailure: the server answered 502"


def test_a_document_on_which_we_fail_is_the_one_that_is_noted(ringing: Begin, any_database: Engine) -> None:
    def stumble() -> PageAnswer:
        raise ZeroDivisionError("a bug of ours")

    with pytest.raises(ZeroDivisionError):
        fetch_documents(1, begin=ringing, fetch=except_the_third(stumble), now=NOW, lease=LEASE)
    with Session(any_database) as session:
        noted = session.exec(select(Handoff).where(Handoff.reason != "").order_by(col(Handoff.id))).all()
        assert [(row.subject_id, row.reason) for row in noted] == [(3, "ZeroDivisionError: a bug of ours")]

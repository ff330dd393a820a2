"""A request with an Idempotency-Key is carried out once, by whoever gets to it, and answered the same every time."""

from datetime import timedelta

import pytest
from fastapi import HTTPException
from sqlalchemy import Engine
from sqlmodel import Session

from services.api.deps import Edges
from services.api.once import Once
from services.api.repeats import AT_IT, KEPT, Claimed, Clash, Done, Repeatable, claim, give_up, keep
from services.api.tokens import create_token
from shared.tables import Feed
from shared.transaction import Begin, Read, Transaction
from shared.vocabulary import Scope
from tests.api.builders import DAY_ONE

ANSWER = Done(201, '{"id": 1}', "/api/v1/feeds/1")
SECOND = timedelta(seconds=1)


@pytest.fixture
def request_of_desk(begin: Begin) -> Repeatable:
    with begin() as tx:
        new = create_token(tx.session, "desk", Scope.WRITE, expires_at=None, now=DAY_ONE)
    return Repeatable(new.view.id, "k-1", "h1")


def test_a_request_from_its_claim_to_its_end(any_database: Engine) -> None:
    with Session(any_database) as session:
        new = create_token(session, "desk", Scope.WRITE, expires_at=None, now=DAY_ONE)
        asked, other = Repeatable(new.view.id, "k", "h1"), Repeatable(new.view.id, "k", "h2")
        first = claim(session, asked, now=DAY_ONE)
        assert isinstance(first, Claimed)
        assert claim(session, asked, now=DAY_ONE) is Clash.IN_HAND
        assert claim(session, other, now=DAY_ONE) is Clash.OTHER_REQUEST
        assert keep(session, first, ANSWER)
        assert claim(session, asked, now=DAY_ONE + KEPT - SECOND) == ANSWER
        assert isinstance(claim(session, other, now=DAY_ONE + KEPT), Claimed)


def test_who_was_broken_off_is_taken_over_and_writes_nothing(session: Session, request_of_desk: Repeatable) -> None:
    first = claim(session, request_of_desk, now=DAY_ONE)
    second = claim(session, request_of_desk, now=DAY_ONE + AT_IT)
    assert isinstance(first, Claimed)
    assert isinstance(second, Claimed)
    assert not keep(session, first, ANSWER)
    give_up(session, first)
    assert keep(session, second, ANSWER)


def test_keys_of_different_tokens_are_different(session: Session, request_of_desk: Repeatable) -> None:
    other = create_token(session, "other", Scope.WRITE, expires_at=None, now=DAY_ONE)
    assert isinstance(claim(session, request_of_desk, now=DAY_ONE), Claimed)
    assert isinstance(claim(session, Repeatable(other.view.id, "k-1", "h2"), now=DAY_ONE), Claimed)


def test_the_effect_and_its_answer_stand_or_fall_together(
    edges: Edges, read: Read, request_of_desk: Repeatable
) -> None:
    times = []

    def act(tx: Transaction) -> Done:
        times.append(1)
        tx.session.add(Feed(url="https://outlet.example/rss", added_at=DAY_ONE))
        tx.session.flush()
        if len(times) == 1:
            raise HTTPException(422, "not today")
        return ANSWER

    once = Once(edges, request_of_desk)
    with pytest.raises(HTTPException):
        once.answer(act)
    with read() as session:
        assert session.get(Feed, 1) is None
    answers = [once.answer(act) for _ in range(3)]
    assert len(times) == 2
    assert {(answer.status_code, answer.body, answer.headers["location"]) for answer in answers} == {
        (201, b'{"id": 1}', "/api/v1/feeds/1")
    }
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true", "true"]

"""What two readers make together, and how long a failing endpoint is left alone: the pure parts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from services.extract.chat_answer import Understood
from services.extract.chat_client import Exchange
from services.extract.chat_pause import Tried, paused_until
from services.extract.chat_queries import StoredNotebook, counts
from services.extract.chat_reader import Noted, Standing
from services.extract.chat_weighing import ALONE, DISPUTED, together
from services.extract.shifts import STANDARD_RULES, detect_shifts
from services.extract.timeline import build_timeline
from services.extract.values import Actor, Issue, Passage, Span, Statement
from shared.reader_words import ChatOutcome
from shared.transaction import reads, transactions
from shared.vocabulary import ActorKind, Stance
from tests.extract.ledger import dated

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
RUIZ = Actor("Ana Ruiz", ActorKind.PERSON, "ana-ruiz", 1)
POOL = Issue("pool", "Swimming pool", "The city should close the swimming pool.", ("swimming pool",))
PASSAGE = Passage(RUIZ, POOL, (Span(0, 40),), (Span(0, 40),))
KNOWN = Statement(RUIZ.name, RUIZ.figure, POOL.id, Stance.AGAINST, 0.9, True, Span(0, 40))
OTHERS = Statement("Tom Hill", None, POOL.id, Stance.FAVOR, 0.7, True, Span(50, 90))


@pytest.mark.parametrize(
    ("stance", "confidence"),
    [
        pytest.param(Stance.AGAINST, 0.9, id="agreed: as it was"),
        pytest.param(Stance.FAVOR, DISPUTED, id="another side"),
        pytest.param(Stance.MIXED, DISPUTED, id="no side"),
        pytest.param(Stance.NONE, DISPUTED, id="nothing"),
    ],
)
def test_an_opinion_is_put_beside_the_statement(stance: Stance, confidence: float) -> None:
    evidence = None if stance is Stance.NONE else Span(0, 40)
    ruiz, hill = together([KNOWN, OTHERS], [(PASSAGE, Understood(stance, evidence, own_words=True))], reader="model")
    assert (ruiz.stance, ruiz.confidence, ruiz.evidence) == (Stance.AGAINST, confidence, KNOWN.evidence)
    assert ruiz.opinion is not None
    assert ruiz.opinion.stance is stance
    assert hill == OTHERS


def test_where_neither_sees_anything_there_is_nothing() -> None:
    assert together([], [(PASSAGE, Understood(Stance.NONE, None, own_words=False))], reader="model") == ()


@pytest.mark.parametrize("before", [1, 2, 8])
def test_what_the_chat_reader_finds_alone_turns_no_position(before: int) -> None:
    known = [dated("F", day, confidence=0.95) for day in range(before)]
    alone = dated("A", before, confidence=ALONE)
    weighed = build_timeline([*known, alone], weights=STANDARD_RULES.weights)
    assert detect_shifts(weighed, rules=STANDARD_RULES) == ()


def test_a_disputed_statement_weighs_nothing() -> None:
    disputed = dated("A", 0, confidence=DISPUTED)
    assert build_timeline([disputed], weights=STANDARD_RULES.weights).testimonies == ()


def noted(key: str, outcome: ChatOutcome, *, minutes: int = 0, tokens: int = 10, content: str = "") -> Noted:
    return Noted(key, "model", NOW + timedelta(minutes=minutes), Exchange(outcome, content, tokens), 0.5)


def test_answers_are_kept_and_all_is_counted_on_both_databases(any_database: Engine) -> None:
    book = StoredNotebook(transactions(any_database, lambda _: None))
    assert (book.known("a"), book.standing(NOW)) == (None, Standing(0, None))
    book.keep(noted("old", DOWN, minutes=-60 * 24 * 40))
    book.keep(noted("yesterday", FINE, minutes=-60 * 24, content="kept"))
    book.keep(noted("a", FINE, content="first"))
    for minute in (1, 2, 3):
        book.keep(noted("b", DOWN, minutes=minute))
    book.keep(noted("b", ChatOutcome.PAUSED, minutes=3, tokens=0))
    assert (book.known("yesterday"), book.known("a"), book.known("b")) == ("kept", "first", None)
    assert book.standing(NOW) == Standing(40, NOW + timedelta(minutes=4))
    with reads(any_database)() as session:
        assert counts(session, since=NOW - timedelta(days=90)) == {FINE: 2, DOWN: 3, ChatOutcome.PAUSED: 1}


def tried(*outcomes: ChatOutcome, retry_after: float = 0.0) -> list[Tried]:
    return [Tried(NOW, outcome, retry_after) for outcome in outcomes]


DOWN, FINE, BAD = ChatOutcome.UNREACHABLE, ChatOutcome.ANSWERED, ChatOutcome.BAD_ANSWER


@pytest.mark.parametrize(
    ("latest", "minutes"),
    [
        pytest.param([], None, id="never asked"),
        pytest.param(tried(FINE, DOWN, DOWN, DOWN), None, id="well again"),
        pytest.param(tried(DOWN, DOWN, FINE), None, id="twice is chance"),
        pytest.param(tried(DOWN, DOWN, DOWN), 1, id="three in a row"),
        pytest.param(tried(DOWN, DOWN, DOWN, DOWN, FINE), 2, id="doubled"),
        pytest.param(tried(*[DOWN] * 8), 15, id="never longer than this"),
        pytest.param(tried(BAD, BAD, BAD, BAD), None, id="what articles may provoke"),
        pytest.param(tried(ChatOutcome.REJECTED, ChatOutcome.INVENTED_QUOTE, BAD), None, id="that too"),
        pytest.param(tried(ChatOutcome.BUSY, retry_after=300), 5, id="asked to wait"),
        pytest.param(tried(ChatOutcome.BUSY, retry_after=1e9), 15, id="asked to wait for ever"),
    ],
)
def test_how_long_an_endpoint_is_left_alone(latest: list[Tried], minutes: int | None) -> None:
    until = paused_until(latest)
    assert until == (None if minutes is None else NOW + timedelta(minutes=minutes))

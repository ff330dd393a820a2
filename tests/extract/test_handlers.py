"""Tagging and reviewing, each safe to run twice, and the sweep that rings again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from services.extract.explain import Part
from services.extract.handlers import backfill, find_work, tag_article
from services.extract.queries import Topic
from services.extract.reviewing import explain_topic, review_positions
from services.extract.values import ArticleText, Reading, Watchlist
from shared import handoffs, heartbeat, tables
from shared.events import ArticleIngested, Event, ShiftDetected, ShiftWithdrawn, StatementsTagged
from shared.transaction import Begin, Read, transactions
from shared.vocabulary import ActorKind, ShiftKind, ShiftStatus, Skipped
from tests.extract.ledger import RULES
from tests.extract.newsroom import (
    FIRST_DAY,
    LEASE,
    NOW,
    LineReader,
    bring,
    quick_database,
    say,
    standing,
    watch,
    work_off,
)


@pytest.fixture
def session(read: Read) -> Iterator[Session]:
    """Looks on without holding up those who write."""
    with read() as session:
        yield session


@pytest.fixture
def reader() -> LineReader:
    return LineReader()


def tag(article_id: int, begin: Begin, reader: LineReader) -> None:
    tag_article(article_id, begin=begin, reader=reader, lease=LEASE, now=NOW)


def test_a_reading_is_saved_with_actors_statements_and_an_event(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    article_id = bring(begin, f"Intro.\n{say('favor')}\n{say('against', who='Bob Ray')}", day=1)
    tag(article_id, begin, reader)
    ann, bob = session.exec(select(tables.Actor).order_by(tables.Actor.name)).all()
    first, second = session.exec(select(tables.Statement).order_by(col(tables.Statement.start))).all()
    assert (ann.figure_id, bob.figure_id) == ("ann-lee", None)
    assert (first.actor_id, second.actor_id) == (ann.id, bob.id)
    assert (first.evidence, first.start) == (say("favor"), 7)
    assert first.published_at == FIRST_DAY + timedelta(days=1)
    assert published[-1] == StatementsTagged(tagging_id=first.tagging_id)


def test_an_article_that_shows_nothing_is_tagged_all_the_same(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    tag(bring(begin, "Nothing here.", day=1), begin, reader)
    tagging = session.exec(select(tables.Tagging)).one()
    assert published[-1] == StatementsTagged(tagging_id=tagging.id or 0)


@pytest.mark.parametrize(
    ("language", "is_read"),
    [
        pytest.param("en", True, id="English"),
        pytest.param("en-GB", True, id="English of somewhere"),
        pytest.param("", True, id="nobody asked"),
        pytest.param("de", False, id="German"),
        pytest.param("und", False, id="nobody can tell"),
    ],
)
def test_only_english_is_read(language: str, is_read: bool, begin: Begin, session: Session, reader: LineReader) -> None:
    watch(begin)
    tag(bring(begin, say("favor"), day=1, language=language), begin, reader)
    assert bool(reader.read_texts) is is_read
    assert session.exec(select(tables.Tagging.skipped)).one() is (None if is_read else Skipped.LANGUAGE)


def test_tagging_twice_changes_nothing(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin)
    article_id = bring(begin, say("favor"), day=1)
    tag(article_id, begin, reader)
    told = list(published)
    tag(article_id, begin, reader)
    with begin() as tx:
        handoffs.leave(tx.session, ArticleIngested(article_id=article_id))
    tag(article_id, begin, reader)
    assert len(session.exec(select(tables.Tagging)).all()) == len(session.exec(select(tables.Statement)).all()) == 1
    assert published == told
    assert session.exec(select(tables.Handoff.task)).all() == ["extract.review_positions"]


def test_an_edited_watchlist_asks_for_another_reading(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin)
    article_id = bring(begin, say("favor"), day=1)
    work_off(published, begin, reader)
    watch(begin, "Ann Lee")
    with begin() as tx:
        tx.emit(ArticleIngested(article_id=article_id))
    work_off(published, begin, reader)
    assert session.exec(select(tables.Actor)).one().figure_id == "ann-lee"
    assert len(session.exec(select(tables.Tagging)).all()) == 2


def test_an_article_that_was_read_is_not_read_again_for_nothing(begin: Begin, reader: LineReader) -> None:
    article_id = bring(begin, "Nothing.", day=1)
    tag(article_id, begin, reader)
    with begin() as tx:
        handoffs.leave(tx.session, ArticleIngested(article_id=article_id))
    tag(article_id, begin, reader)
    assert reader.read_texts == ["Nothing."]


def test_a_backfill_finds_in_stored_articles_what_was_not_watched_before(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin)
    for day, stance in ((1, "favor"), (2, "against"), (3, "against")):
        bring(begin, say(stance) + " " * day, day=day)
    assert work_off(published, begin, reader) == []
    watch(begin, "Ann Lee")
    steps = [backfill(0, begin=begin, most=2)]
    while steps[-1].articles:
        steps.append(backfill(steps[-1].last_article_id, begin=begin, most=2))
    assert [step.articles for step in steps] == [2, 1, 0]
    assert len(work_off(published, begin, reader)) == 1


def test_a_watchlist_that_goes_back_to_what_it_was_is_read_for_again(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee", "Bob Ray")
    bring(begin, say("favor"), day=1)
    work_off(published, begin, reader)
    for retired_at in (NOW, None, NOW, None):
        with begin() as tx:
            bob = update(tables.Figure).where(col(tables.Figure.id) == "bob-ray")
            tx.session.execute(bob.values(retired_at=retired_at))
        backfill(0, begin=begin, most=9)
        work_off(published, begin, reader)
    readings = session.exec(select(tables.Tagging).order_by(col(tables.Tagging.id))).all()
    assert len(readings) == len({one.tagger_version for one in readings}) == 5
    assert len(session.exec(select(tables.Statement)).all()) == 5


def test_a_figure_is_one_actor_under_the_name_of_the_watchlist(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    for day in (1, 2):
        bring(begin, say("favor") + "\n" * day, day=day)
    work_off(published, begin, reader)
    actor = session.exec(select(tables.Actor)).one()
    assert (actor.name, actor.kind, actor.figure_id) == ("Ann Lee", ActorKind.PERSON, "ann-lee")


def test_what_another_worker_took_over_is_not_saved(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin)
    article_id = bring(begin, say("favor"), day=1)

    class SlowReader(LineReader):
        def read(self, article: ArticleText, watchlist: Watchlist) -> Reading:
            with begin() as tx:
                handoffs.leave(tx.session, ArticleIngested(article_id=article_id))
            return super().read(article, watchlist)

    tag(article_id, begin, SlowReader())
    assert session.exec(select(tables.Tagging)).all() == []
    assert published == [ArticleIngested(article_id=article_id)]


def test_a_change_of_position_is_told_once(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    bring(begin, say("mixed"), day=1)
    assert work_off(published, begin, reader) == []
    bring(begin, say("against"), day=5)
    (shift_id,) = work_off(published, begin, reader)
    shift = session.get_one(tables.Shift, shift_id)
    assert (shift.kind, shift.figure_id, shift.issue_id) == (ShiftKind.COMMITMENT, "ann-lee", "plan")
    assert shift.at == FIRST_DAY + timedelta(days=5)
    with begin() as tx:
        for tagging in tx.session.exec(select(tables.Tagging)).all():
            tx.emit(StatementsTagged(tagging_id=tagging.id or 0))
    assert work_off(published, begin, reader) == []


def test_actors_who_are_not_watched_have_no_shifts(begin: Begin, published: list[Event], reader: LineReader) -> None:
    watch(begin, "Ann Lee")
    bring(begin, say("favor", who="Bob Ray"), day=1)
    bring(begin, say("against", who="Bob Ray"), day=2)
    assert work_off(published, begin, reader) == []


def test_a_late_article_changes_where_a_shift_came_from(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    for day, stance in ((1, "favor"), (9, "against")):
        bring(begin, say(stance), day=day)
    (reversal,) = work_off(published, begin, reader)
    bring(begin, say("mixed"), day=5)
    told = work_off(published, begin, reader)
    kinds = {shift.id: shift.kind for shift in session.exec(select(tables.Shift)).all()}
    assert kinds[reversal] is ShiftKind.COMMITMENT
    assert sorted(kinds[shift_id] for shift_id in told) == [ShiftKind.COMMITMENT, ShiftKind.RETREAT]


def test_a_late_article_that_disproves_a_shift_withdraws_it(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    for day, stance in ((1, "favor"), (9, "against")):
        bring(begin, say(stance), day=day)
    (shift_id,) = work_off(published, begin, reader)
    bring(begin, say("against") + "\n" + say("against", confidence=0.9), day=0)
    heard: list[Event] = []
    assert work_off(published, begin, reader, heard=heard) == []
    assert session.get_one(tables.Shift, shift_id).status is ShiftStatus.WITHDRAWN
    assert ShiftWithdrawn(shift_id=shift_id) in heard


def test_a_newer_reading_of_an_article_replaces_the_older(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    for day, stance in ((1, "favor"), (9, "against")):
        article_id = bring(begin, say(stance), day=day)
    work_off(published, begin, reader)
    with begin() as tx:
        tx.session.get_one(tables.Article, article_id).text = say("favor", confidence=0.8)
        tx.emit(ArticleIngested(article_id=article_id))
    assert work_off(published, begin, reader) == []
    assert standing(session) == []


def test_reading_again_by_new_rules_tells_no_shift_twice(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    numbers = [bring(begin, say(stance), day=day) for day, stance in ((1, "favor"), (9, "against"))]
    work_off(published, begin, reader)
    expected = standing(session)
    with begin() as tx:
        for article_id in numbers:
            tx.emit(ArticleIngested(article_id=article_id))
    assert work_off(published, begin, LineReader(version="lines-2")) == []
    session.rollback()
    assert standing(session) == expected
    assert len(expected) == 1


def test_a_copied_article_brings_no_second_shift(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    bring(begin, say("favor"), day=1)
    bring(begin, say("against"), day=2)
    assert len(work_off(published, begin, reader)) == 1
    bring(begin, say("against"), day=3, url="https://copy.example/")
    assert work_off(published, begin, reader) == []


def test_a_topic_is_explained_from_the_database(
    begin: Begin, published: list[Event], read: Read, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    for day, stance in ((1, "favor"), (2, "against")):
        bring(begin, say(stance), day=day)
    work_off(published, begin, reader)
    explanation = explain_topic(Topic("ann-lee", "plan"), read=read, rules=RULES)
    assert [step.part for step in explanation.steps] == [Part.BASELINE, Part.TURN]
    assert explain_topic(Topic("bob-ray", "plan"), read=read, rules=RULES).steps == ()


HISTORY = ("favor", "favor", "mixed", "against", "against", "favor")


@settings(deadline=None, max_examples=30)
@given(order=st.permutations(range(len(HISTORY))), again=st.lists(st.integers(0, 5), max_size=4))
def test_any_order_and_any_repetition_of_arrival_ends_in_the_same_standing_shifts(
    order: list[int], again: list[int]
) -> None:
    events: list[Event] = []
    numbers: dict[int, int] = {}
    with quick_database() as database:
        begin = transactions(database, events.append)
        watch(begin, "Ann Lee")
        for day in [*order, *again]:
            if day in numbers:
                events.append(ArticleIngested(article_id=numbers[day]))
            else:
                numbers[day] = bring(begin, say(HISTORY[day], confidence=0.9) + " " * day, day=day)
            work_off(events, begin, LineReader())
        with Session(database) as session:
            pairs = [(shift[2], shift[3], shift[4][-1], shift[5][-1]) for shift in standing(session)]
    assert pairs == [("against", "favor", "4", "5"), ("favor", "mixed", "1", "2"), ("mixed", "against", "2", "3")]


def test_the_sweep_rings_again_for_what_waits_and_beats(
    begin: Begin, published: list[Event], database: Engine, reader: LineReader
) -> None:
    watch(begin)
    article_id = bring(begin, say("favor"), day=1)
    published.clear()
    rung: list[Event] = []
    find_work(begin=begin, publish=rung.append, renudge=timedelta(seconds=60), most=10, now=NOW)
    assert rung == []
    find_work(begin=begin, publish=rung.append, renudge=timedelta(seconds=-1), most=10, now=NOW)
    assert rung == [ArticleIngested(article_id=article_id)]
    with Session(database) as session:
        assert heartbeat.last_beat(session, "extract") is not None
    assert published == []


def test_a_review_of_nothing_that_waits_is_quiet(begin: Begin, published: list[Event]) -> None:
    review_positions(7, begin=begin, rules=RULES, lease=LEASE, now=NOW)
    assert published == []


def test_shifts_leave_a_handoff_for_their_listener(
    begin: Begin, published: list[Event], session: Session, reader: LineReader
) -> None:
    watch(begin, "Ann Lee")
    bring(begin, say("favor"), day=1)
    bring(begin, say("against"), day=2)
    (shift_id,) = work_off(published, begin, reader)
    waiting = session.exec(select(tables.Handoff)).one()
    assert (waiting.task, waiting.subject_id) == ("alert.raise_alerts", shift_id)
    assert ShiftDetected(shift_id=shift_id).shift_id == waiting.subject_id

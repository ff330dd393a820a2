"""What people take out, put back, merge, confirm and reject, and what that does to timelines and to who was told."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from services.api.changes import Change
from services.api.merging import merge_figures
from services.api.precision import confirmed_by_people, verdicts
from services.api.removals import remove_article, restore_article
from services.api.rereading import read_again_where_reworded
from services.api.verdicts import Opinion, decide_shift, decide_statement, undo_shift, undo_statement
from services.extract.values import ArticleText, Reading, Watchlist
from shared import tables
from shared.events import ArticleIngested, Event, ShiftDetected, ShiftWithdrawn
from shared.failures import UserMistake
from shared.transaction import Transaction, transactions
from shared.vocabulary import Decision, ShiftStatus, Stance, WhyWithdrawn
from tests.extract.newsroom import NOW, LineReader, bring, say, standing, watch, work_off

REJECTED, CONFIRMED = Opinion(Decision.REJECT, "Eve", "she was quoting him"), Opinion(Decision.CONFIRM, "Eve")


class Desk:
    """A newsroom whose news is told: `told` holds what people would hear of, in order."""

    def __init__(self, database: Engine) -> None:
        self.database, self.waiting, self.reader = database, list[Event](), LineReader()
        self.begin = transactions(database, self.waiting.append)
        watch(self.begin, "Ann Lee", "Bob Ray")

    def publish(self, stance: str, *, day: float, who: str = "Ann Lee", confidence: float = 0.85) -> list[Event]:
        """Bring one article and work it off."""
        bring(self.begin, say(stance, who=who, confidence=confidence) + f"\nOf day {day}.", day=day)
        return self.work()

    def do(self, act: Callable[[Transaction], object]) -> list[Event]:
        """Let somebody do something, work off what it leads to, and return what people hear."""
        with self.begin() as tx:
            act(tx)
        return self.work()

    def work(self) -> list[Event]:
        heard: list[Event] = []
        work_off(self.waiting, self.begin, self.reader, heard=heard)
        return [event for event in heard if isinstance(event, ShiftDetected | ShiftWithdrawn)]

    def read_all_again(self) -> list[Event]:
        """Read every article by other rules."""
        self.reader = LineReader(version=self.reader.version + "'")
        with Session(self.database) as session:
            numbers = session.exec(select(tables.Article.id)).all()
        return self.do(lambda tx: tx.emit(*(ArticleIngested(article_id=number) for number in numbers if number)))

    def turns(self) -> list[tuple[str, ...]]:
        with Session(self.database) as session:
            return [shift[:4] for shift in standing(session)]

    def shift(self) -> tables.Shift:
        with Session(self.database) as session:
            return session.exec(select(tables.Shift).order_by(col(tables.Shift.id))).one()

    def statement_of(self, day: int) -> int:
        with Session(self.database) as session:
            of_day = col(tables.Statement.article_url) == f"https://outlet.example/{day}"
            found = session.exec(select(tables.Statement).where(of_day, col(tables.Statement.current))).one()
            assert found.id is not None
            return found.id


TURN = ("ann-lee", "plan", "favor", "against")


@pytest.fixture
def desk(any_database: Engine) -> Desk:
    """Ann Lee was in favor on the first day and against on the ninth, and people heard of it."""
    desk = Desk(any_database)
    assert desk.publish("favor", day=1) == []
    assert len(desk.publish("against", day=9)) == 1
    return desk


def test_a_removed_article_takes_its_shift_with_it_and_comes_back_only_when_restored(desk: Desk) -> None:
    address, shift_id = "https://outlet.example/9", desk.shift().id or 0
    assert desk.do(lambda tx: remove_article(tx, address, why="retracted", now=NOW)) == [
        ShiftWithdrawn(shift_id=shift_id)
    ]
    assert (desk.turns(), desk.shift().status) == ([], ShiftStatus.WITHDRAWN)
    assert desk.read_all_again() == []
    with pytest.raises(UserMistake, match="was removed on"):
        desk.do(lambda tx: remove_article(tx, address, why="again", now=NOW))
    desk.do(lambda tx: restore_article(tx, address))
    assert desk.turns() == [TURN]
    with pytest.raises(UserMistake, match="no article at"):
        desk.do(lambda tx: remove_article(tx, "https://nowhere.example/", why="", now=NOW))


def test_a_rejected_statement_counts_no_more_read_again_or_not_until_it_is_taken_back(desk: Desk) -> None:
    heard = desk.do(lambda tx: decide_statement(tx, desk.statement_of(9), REJECTED, now=NOW))
    assert [type(event) for event in heard] == [ShiftWithdrawn]
    assert desk.read_all_again() == []
    assert desk.turns() == []
    assert desk.publish("against", day=12) != []
    desk.do(lambda tx: undo_statement(tx, desk.statement_of(9), by="Eve", now=NOW))
    assert desk.turns() == [TURN]
    with pytest.raises(UserMistake, match="nobody has"):
        desk.do(lambda tx: undo_statement(tx, desk.statement_of(9), by="Eve", now=NOW))


def test_a_confirmed_statement_weighs_as_much_as_any(any_database: Engine) -> None:
    desk = Desk(any_database)
    desk.publish("favor", day=1)
    assert desk.publish("against", day=9, confidence=0.5) == []
    assert desk.turns() == []
    heard = desk.do(lambda tx: decide_statement(tx, desk.statement_of(9), CONFIRMED, now=NOW))
    assert [type(event) for event in heard] == [ShiftDetected]
    assert desk.read_all_again() == []
    assert desk.turns() == [TURN]


def test_a_rejected_shift_never_comes_back_by_the_same_pair(desk: Desk) -> None:
    shift_id = desk.shift().id or 0
    heard = desk.do(lambda tx: decide_shift(tx, shift_id, REJECTED, now=NOW))
    assert heard == [ShiftWithdrawn(shift_id=shift_id)]
    assert desk.shift().withdrawn_because == WhyWithdrawn.REJECTED
    assert desk.read_all_again() == []
    assert desk.publish("against", day=12) == []
    assert desk.turns() == []
    desk.do(lambda tx: undo_shift(tx, shift_id, by="Eve", now=NOW))
    assert desk.turns() == [TURN]


def test_a_confirmed_pending_shift_stands(any_database: Engine) -> None:
    desk = Desk(any_database)
    for day, stance in ((1, "favor"), (2, "favor"), (150, "against"), (151, "against"), (152, "against")):
        desk.publish(stance, day=day, confidence=0.85 if stance == "favor" else 0.5)
    assert desk.shift().status is ShiftStatus.PENDING
    heard = desk.do(lambda tx: decide_shift(tx, desk.shift().id or 0, CONFIRMED, now=NOW))
    assert heard == [ShiftDetected(shift_id=desk.shift().id or 0)]


def test_what_people_said_is_kept_with_its_history_and_counted(desk: Desk) -> None:
    statement, shift_id = desk.statement_of(9), desk.shift().id or 0
    desk.do(lambda tx: decide_statement(tx, statement, CONFIRMED, now=NOW))
    desk.do(lambda tx: decide_statement(tx, desk.statement_of(1), REJECTED, now=NOW))
    desk.do(lambda tx: decide_shift(tx, shift_id, REJECTED, now=NOW))
    desk.do(lambda tx: decide_shift(tx, shift_id, CONFIRMED, now=NOW))
    with Session(desk.database) as session:
        counted = [(one.what, one.issue, one.confirmed, one.rejected) for one in confirmed_by_people(session)]
        said = verdicts(session, most=9)
    assert counted == [
        ("statement", "", 1, 1),
        ("statement", "plan", 1, 1),
        ("shift", "", 1, 0),
        ("shift", "plan", 1, 0),
    ]
    assert len(said) == 4
    of_the_shift = {(one.decision, one.undone_by) for one in said if one.what == "shift"}
    assert of_the_shift == {(Decision.CONFIRM, ""), (Decision.REJECT, "Eve")}
    with pytest.raises(UserMistake, match="no statement 999"):
        desk.do(lambda tx: decide_statement(tx, 999, CONFIRMED, now=NOW))


def test_merged_figures_have_one_timeline_and_nobody_is_told_twice(desk: Desk) -> None:
    assert desk.publish("against", day=20, who="Bob Ray") == []
    assert desk.do(lambda tx: merge_figures(tx, "ann-lee", "bob-ray", now=NOW)) == []
    assert desk.turns() == [("bob-ray", *TURN[1:])]
    assert [type(event) for event in desk.publish("favor", day=30, who="Bob Ray")] == [ShiftDetected]
    with pytest.raises(UserMistake, match="itself"):
        desk.do(lambda tx: merge_figures(tx, "bob-ray", "bob-ray", now=NOW))


class OppositeReader(LineReader):
    """Reads for the opposite proposition."""

    def read(self, article: ArticleText, watchlist: Watchlist) -> Reading:
        found = super().read(article, watchlist)
        opposite = {Stance.FAVOR: Stance.AGAINST, Stance.AGAINST: Stance.FAVOR, Stance.MIXED: Stance.MIXED}
        return replace(found, statements=tuple(replace(one, stance=opposite[one.stance]) for one in found.statements))


def test_a_reworded_proposition_is_read_for_as_a_whole_before_anybody_hears_of_it(desk: Desk) -> None:
    for day in (10, 11, 12):
        desk.publish("against", day=day)
    desk.reader = OppositeReader(version="opposite")
    reworded = [Change("changed", "issue", "plan", ("proposition",))]
    heard = desk.do(lambda tx: read_again_where_reworded(tx, reworded))
    assert [type(event) for event in heard] == [ShiftWithdrawn, ShiftDetected]
    assert desk.turns() == [("ann-lee", "plan", "against", "favor")]


def test_a_wording_that_is_taken_back_before_it_was_read_for_holds_nothing_up(desk: Desk) -> None:
    reworded = [Change("changed", "issue", "plan", ("proposition",))]
    assert desk.do(lambda tx: read_again_where_reworded(tx, reworded)) == []
    assert [type(event) for event in desk.publish("favor", day=20)] == [ShiftWithdrawn]

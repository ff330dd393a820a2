"""Whatever arrives, late, corrected, removed, judged or read anew: what stands is what one quiet reading shows."""

from collections.abc import Iterator
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import Session, col, select

from services.api.removals import remove_article, restore_article
from services.api.verdicts import Opinion, decide_shift, decide_statement, undo_statement
from shared import tables
from shared.events import ArticleIngested, Event, StatementsTagged
from shared.transaction import Begin, transactions
from shared.vocabulary import Decision, ShiftStatus
from tests.extract.newsroom import NOW, LineReader, bring, quick_database, say, standing, watch, work_off

FIGURES = ("Ann Lee", "Bob Ray")
STANCES = st.sampled_from(("favor", "against", "mixed", "favor", "against", "none"))
CONFIDENCES = st.sampled_from((0.45, 0.7, 0.85, 0.95))
WORDS = st.sampled_from(("own", "others"))
LINES = st.builds(
    lambda stance, who, confidence, words: say(stance, who=who, confidence=confidence, words=words),
    STANCES,
    st.sampled_from(FIGURES),
    CONFIDENCES,
    WORDS,
)
TEXTS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)
CHOICES = st.randoms(use_true_random=False)
DECISIONS = st.sampled_from(Decision)
Read = tuple[str, str]  # an article's address and the words that were read in it
Standing = list[tuple[str, str, str, str, str, str]]


class Newsroom(RuleBasedStateMachine):
    """A database that lives through a history; `texts` is what survives of it by day, the rest what people said."""

    @initialize()
    def open(self) -> None:
        self.opened = quick_database()
        self.database = self.opened.__enter__()
        self.waiting: list[Event] = []
        self.begin = transactions(self.database, self.waiting.append)
        self.reader = LineReader()
        self.texts: dict[int, str] = {}
        self.removed: dict[int, str] = {}
        self.numbers: dict[int, int] = {}
        self.of_statements: dict[Read, Decision] = {}
        self.of_shifts: dict[tuple[Read, Read], Decision] = {}
        watch(self.begin, *FIGURES)

    @rule(day=st.integers(0, 30), text=TEXTS)
    def an_article_arrives(self, day: int, text: str) -> None:
        if day not in self.numbers:
            self.texts[day] = f"{text}\nOf day {day}."
            self.numbers[day] = bring(self.begin, self.texts[day], day=day, url=address(day))

    @precondition(lambda self: self.texts)
    @rule(choice=CHOICES, text=TEXTS)
    def an_article_is_corrected(self, choice: Any, text: str) -> None:
        day = choice.choice(sorted(self.texts))
        self.texts[day] = f"{text}\nOf day {day}."
        with self.begin() as tx:
            tx.session.get_one(tables.Article, self.numbers[day]).text = self.texts[day]
            tx.emit(ArticleIngested(article_id=self.numbers[day]))

    @precondition(lambda self: self.texts)
    @rule(choice=CHOICES)
    def an_article_is_removed(self, choice: Any) -> None:
        day = choice.choice(sorted(self.texts))
        self.removed[day] = self.texts.pop(day)
        with self.begin() as tx:
            remove_article(tx, address(day), why="retracted", now=NOW)

    @precondition(lambda self: self.removed)
    @rule(choice=CHOICES)
    def an_article_is_restored(self, choice: Any) -> None:
        day = choice.choice(sorted(self.removed))
        self.texts[day] = self.removed.pop(day)
        with self.begin() as tx:
            restore_article(tx, address(day))

    @rule(choice=CHOICES, decision=DECISIONS)
    def a_statement_is_judged(self, choice: Any, decision: Decision) -> None:
        with self.begin() as tx:
            found = tx.session.exec(select(tables.Statement).where(col(tables.Statement.current))).all()
            if found:
                one = choice.choice(sorted(found, key=lambda each: each.id or 0))
                self.of_statements[one.article_url, one.evidence] = decision
                decide_statement(tx, one.id or 0, Opinion(decision, "Eve"), now=NOW)

    @precondition(lambda self: self.of_statements)
    @rule(choice=CHOICES)
    def a_verdict_is_taken_back(self, choice: Any) -> None:
        key = choice.choice(sorted(self.of_statements))
        del self.of_statements[key]
        with self.begin() as tx:
            number = next(statements_with(tx.session, key))
            undo_statement(tx, number, by="Eve", now=NOW)

    @rule(choice=CHOICES, decision=DECISIONS)
    def a_shift_is_judged(self, choice: Any, decision: Decision) -> None:
        with self.begin() as tx:
            stands = col(tables.Shift.status) == ShiftStatus.STANDING
            found = tx.session.exec(select(tables.Shift).where(stands).order_by(col(tables.Shift.id))).all()
            if found:
                one = choice.choice(found)
                pair = read_in(tx.session, one.before_statement_id), read_in(tx.session, one.after_statement_id)
                self.of_shifts[pair] = decision
                decide_shift(tx, one.id or 0, Opinion(decision, "Eve"), now=NOW)

    @precondition(lambda self: self.numbers)
    @rule(choice=CHOICES)
    def a_message_comes_twice(self, choice: Any) -> None:
        day = choice.choice(sorted(self.numbers))
        self.waiting.append(ArticleIngested(article_id=self.numbers[day]))

    @precondition(lambda self: self.numbers)
    @rule(number=st.integers(1, 40))
    def a_review_is_rung_for_again(self, number: int) -> None:
        self.waiting.append(StatementsTagged(tagging_id=number))

    @rule()
    def the_rules_change(self) -> None:
        self.reader = LineReader(version=self.reader.version + "'")
        with self.begin() as tx:
            for article_id in self.numbers.values():
                tx.emit(ArticleIngested(article_id=article_id))

    @invariant()
    def what_stands_is_what_one_reading_in_order_of_publication_shows(self) -> None:
        if not hasattr(self, "opened"):
            return
        work_off(self.waiting, self.begin, self.reader)
        with Session(self.database) as session:
            found = standing(session)
        assert found == self.once()

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)

    def once(self) -> Standing:
        """The shifts that stand after each surviving text was read once, in order, with what people said of it."""
        waiting: list[Event] = []
        with quick_database() as database:
            begin = transactions(database, waiting.append)
            watch(begin, *FIGURES)
            for day in sorted(self.texts):
                bring(begin, self.texts[day], day=day, url=address(day))
            work_off(waiting, begin, LineReader())
            self.say_again(begin)
            work_off(waiting, begin, LineReader())
            with Session(database) as session:
                return standing(session)

    def say_again(self, begin: Begin) -> None:
        """Write what people said into another database, where its articles have the words; then all is reviewed."""
        with begin() as tx:
            for key, decision in self.of_statements.items():
                for number in [*statements_with(tx.session, key)][:1]:
                    decide_statement(tx, number, Opinion(decision, "Eve"), now=NOW)
            for (before, after), decision in self.of_shifts.items():
                for quoted in [*statements_with(tx.session, before)][:1]:
                    for turned in [*statements_with(tx.session, after)][:1]:
                        tx.session.add(shift_verdict(tx.session, quoted, turned, decision))
            for tagging in tx.session.exec(select(tables.Tagging)).all():
                tx.emit(StatementsTagged(tagging_id=tagging.id or 0))


def address(day: int) -> str:
    return f"https://outlet.example/{day}"


def statements_with(session: Session, key: Read) -> Iterator[int]:
    """The statements, of any reading, that rest on these words of an article; the latest first."""
    url, evidence = key
    same = (col(tables.Statement.article_url) == url) & (col(tables.Statement.evidence) == evidence)
    yield from (
        number
        for number in session.exec(select(tables.Statement.id).where(same).order_by(col(tables.Statement.id).desc()))
        if number is not None
    )


def read_in(session: Session, statement_id: int) -> Read:
    statement = session.get_one(tables.Statement, statement_id)
    return statement.article_url, statement.evidence


def shift_verdict(session: Session, before: int, after: int, decision: Decision) -> tables.ShiftVerdict:
    quoted, turned = session.get_one(tables.Statement, before), session.get_one(tables.Statement, after)
    figure_id = session.get_one(tables.Actor, turned.actor_id).figure_id or ""
    return tables.ShiftVerdict(
        shift_id=0,
        figure_id=figure_id,
        issue_id=turned.issue_id,
        before_article_id=quoted.article_id,
        before_words=quoted.words,
        after_article_id=turned.article_id,
        after_words=turned.words,
        decision=decision,
        decided_by="Eve",
        decided_at=NOW,
    )


TestAnyHistory = Newsroom.TestCase
TestAnyHistory.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)

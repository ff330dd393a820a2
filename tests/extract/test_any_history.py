"""Whatever arrives, twice, late, corrected or read anew: the shifts that stand are those of one quiet reading."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import Session

from shared import tables
from shared.events import ArticleIngested, Event, StatementsTagged
from shared.transaction import transactions
from tests.extract.newsroom import LineReader, bring, quick_database, say, standing, watch, work_off

FIGURES = ("Ann Lee", "Bob Ray")
STANCES = st.sampled_from(("favor", "against", "mixed"))
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


class Newsroom(RuleBasedStateMachine):
    """A database that lives through a history; `texts` is what survives of it, by day."""

    @initialize()
    def open(self) -> None:
        self.opened = quick_database()
        self.database = self.opened.__enter__()
        self.waiting: list[Event] = []
        self.begin = transactions(self.database, self.waiting.append)
        self.reader = LineReader()
        self.texts: dict[int, str] = {}
        self.numbers: dict[int, int] = {}
        watch(self.begin, *FIGURES)

    @rule(day=st.integers(0, 30), text=TEXTS)
    def an_article_arrives(self, day: int, text: str) -> None:
        if day not in self.numbers:
            self.texts[day] = f"{text}\nOf day {day}."
            self.numbers[day] = bring(self.begin, self.texts[day], day=day)

    @precondition(lambda self: self.numbers)
    @rule(choice=st.randoms(use_true_random=False), text=TEXTS)
    def an_article_is_corrected(self, choice: object, text: str) -> None:
        day = choice.choice(sorted(self.numbers))  # type: ignore[attr-defined]
        self.texts[day] = f"{text}\nOf day {day}."
        with self.begin() as tx:
            tx.session.get_one(tables.Article, self.numbers[day]).text = self.texts[day]
            tx.emit(ArticleIngested(article_id=self.numbers[day]))

    @precondition(lambda self: self.numbers)
    @rule(choice=st.randoms(use_true_random=False))
    def a_message_comes_twice(self, choice: object) -> None:
        day = choice.choice(sorted(self.numbers))  # type: ignore[attr-defined]
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
        assert found == once(self.texts)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)


def once(texts: dict[int, str]) -> list[tuple[str, str, str, str, str, str]]:
    """The shifts that stand after each text was read once, in order."""
    waiting: list[Event] = []
    with quick_database() as database:
        begin = transactions(database, waiting.append)
        watch(begin, *FIGURES)
        for day in sorted(texts):
            bring(begin, texts[day], day=day)
        work_off(waiting, begin, LineReader())
        with Session(database) as session:
            return standing(session)


TestAnyHistory = Newsroom.TestCase
TestAnyHistory.settings = settings(max_examples=10, stateful_step_count=10, deadline=None)

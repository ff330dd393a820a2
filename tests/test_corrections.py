"""A feed changes an article: from the new words to the people who were told of the old ones, on both databases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from services.alert import handlers as alert
from services.alert.preview import explain, in_words
from services.ingest import fetcher
from services.ingest.feed_parser import parse_feed
from services.ingest.fetcher import Manners
from services.ingest.values import PollPolicy
from shared import handoffs, heartbeat
from shared.egress import Door
from shared.tables import Alert, Article, Delivery, Handoff, Revision, Shift, Statement, Subscription
from shared.transaction import reads
from shared.vocabulary import Arrival, DeliveryState, News, ShiftStatus
from shared.web import Limits
from stancewatch.in_process import Local, local_services
from tests.extract.ledger import RULES
from tests.extract.newsroom import LineReader, say, watch
from tests.ingest.builders import SENTENCE, add_feed, item, rss
from tests.ingest.conftest import door, origin  # noqa: F401
from tests.ingest.polls import poll_feed
from tests.shared.origin import Origin, answer

START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
POLICY = PollPolicy(timedelta(minutes=15), shortest=timedelta(minutes=5), longest=timedelta(hours=24))
MANNERS = Manners("probe", Limits(total_seconds=5))


def story(number: int, *lines: str) -> str:
    """Write an article's text: its lines among words that no other article has."""
    rest = " ".join(f"Word{number}x{place} {SENTENCE}" for place in range(9))
    return "".join(f"<p>{line}</p>" for line in (*lines, rest))


@dataclass
class Newsroom:
    """A feed, the services around a database, and a clock that polls move."""

    database: Engine
    local: Local
    origin: Origin
    door: Door
    feed_id: int
    now: datetime
    polls: int = 0
    entries: dict[int, str] = field(default_factory=dict)

    def show(self, **entries: str) -> None:
        """Let the feed show these entries beside those before, by `e1`, `e2` ...; ask it, and do all that follows."""
        self.entries |= {int(name[1:]): content for name, content in entries.items()}
        days = {number: f"{START + timedelta(hours=number):%a, %d %b %Y %H:%M:%S} GMT" for number in self.entries}
        items = [item(number, content=text, pubDate=days[number]) for number, text in self.entries.items()]
        self.origin.answers["/feed"] = answer(rss(*items))
        now = START + timedelta(hours=12 + 6 * self.polls)
        fetch = partial(fetcher.fetch_feed, send=self.door.send, parse=parse_feed, manners=MANNERS, now=now)
        poll_feed(self.feed_id, begin=self.local.begin, fetch=fetch, policy=POLICY, now=now)
        self.polls += 1
        self.work()

    def work(self) -> None:
        for _ in range(3):  # what the sweeps find may leave more to find
            self.local.drain()
            self.sweep()
        self.local.drain()

    def sweep(self) -> None:
        ring = self.local.waiting.append
        alert.find_work(begin=self.local.begin, publish=ring, renudge=timedelta(0), most=100, now=datetime.now(UTC))

    def ask(self, question: Callable[[], object]) -> list[object]:
        with reads(self.database)() as session:
            return [tuple(row) if len(row) > 1 else row[0] for row in session.execute(question())]  # type: ignore[call-overload]

    @property
    def told(self) -> list[object]:
        return self.ask(lambda: select(Alert.news, Delivery.state).join(Delivery).order_by(col(Alert.id)))

    @property
    def shifts(self) -> list[object]:
        return self.ask(lambda: select(Shift.to_stance, Shift.status, Shift.arrived).order_by(col(Shift.id)))


@pytest.fixture
def newsroom(any_database: Engine, origin: Origin, door: Door) -> Newsroom:  # noqa: F811
    now = datetime.now(UTC).replace(microsecond=0)
    local = local_services(any_database, reader=LineReader(), rules=RULES, now=now)
    watch(local.begin, "Ann Lee")
    with local.begin() as tx:
        hook = {"webhook": "https://paper.example/hook", "webhook_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
        tx.session.add(Subscription(name="desk", created_at=START, **hook))
        heartbeat.beat(tx.session, "test")
    feed_id = add_feed(local.begin, origin.url("/feed"), due_at=START)
    return Newsroom(any_database, local, origin, door, feed_id, now)


AGAINST_IS_SHOWN = (col(Shift.after_statement_id) == Statement.id, col(Statement.article_id) == Article.id)
FAVOR, AGAINST = say("favor"), say("against")
DETECTED, WITHDRAWN = (News.DETECTED, DeliveryState.DELIVERED), (News.WITHDRAWN, DeliveryState.DELIVERED)


def test_a_corrected_article_takes_its_shift_back(newsroom: Newsroom) -> None:
    newsroom.show(e1=story(1, FAVOR), e2=story(2, FAVOR))
    newsroom.show(e3=story(3, AGAINST))
    assert newsroom.told == [DETECTED]
    newsroom.show(e3=story(3, "An earlier version misquoted her."))
    assert newsroom.told == [DETECTED, WITHDRAWN]
    assert [status for _, status, _ in newsroom.shifts] != [ShiftStatus.STANDING]  # type: ignore[misc]
    (kept,) = newsroom.ask(lambda: select(Revision.text))
    assert AGAINST in str(kept)
    assert newsroom.ask(lambda: select(Article.revision).where(col(Article.url).endswith("/3"))) == [2]
    assert newsroom.ask(lambda: select(Handoff)) == []


def test_words_that_stay_are_neither_told_nor_dated_again(newsroom: Newsroom) -> None:
    newsroom.show(e1=story(1, FAVOR), e2=story(2, FAVOR))
    newsroom.show(e3=story(3, AGAINST))
    newsroom.show(e3=story(3, "The name of the street was corrected.", AGAINST))
    assert newsroom.told == [DETECTED]
    dates = newsroom.ask(lambda: select(Statement.published_at).where(Statement.stance == "against"))
    assert set(dates) == {START + timedelta(hours=3)}
    assert newsroom.ask(lambda: select(Article.revision).where(col(Article.url).endswith("/3"))) == [2]


def test_a_quote_that_an_update_brings_is_as_old_as_the_update(newsroom: Newsroom) -> None:
    newsroom.show(e1=story(1, FAVOR), e2=story(2, FAVOR))
    newsroom.show(e2=story(2, FAVOR, "Then she spoke."), e3=story(3, "Nothing yet."))
    newsroom.show(e3=story(3, "She answered.", AGAINST))
    assert newsroom.told == [DETECTED]
    (dates,) = newsroom.ask(lambda: select(Article.published_at, Article.revised_at, Shift.at).where(*AGAINST_IS_SHOWN))
    assert dates[0] == START + timedelta(hours=3)  # type: ignore[index]
    assert dates[1] == dates[2] == newsroom.now  # type: ignore[index]


def test_what_a_feed_holds_when_it_is_first_read_is_history(newsroom: Newsroom) -> None:
    newsroom.show(
        e1=story(1, FAVOR), e2=story(2, FAVOR), e3=story(3, AGAINST), e4=story(4, "Also: " + AGAINST, AGAINST)
    )
    assert [(to, arrived) for to, _, arrived in newsroom.shifts] == [("against", Arrival.HISTORY)]  # type: ignore[misc]
    assert newsroom.told == []
    with reads(newsroom.database)() as session:
        verdict = explain(session, "desk", 1, now=datetime.now(UTC)).verdict
    assert in_words(verdict) == "history when its feed was added"
    newsroom.show(e5=story(5, "Again.", AGAINST))
    assert newsroom.told == []
    newsroom.show(e6=story(6, FAVOR), e7=story(7, "More. ", FAVOR))
    assert newsroom.told == [DETECTED]


def test_a_turn_that_a_new_article_completes_is_news(newsroom: Newsroom) -> None:
    newsroom.show(e1=story(1, FAVOR), e2=story(2, FAVOR))
    newsroom.show(e3=story(3, AGAINST))
    assert [arrived for _, _, arrived in newsroom.shifts] == [Arrival.LIVE]  # type: ignore[misc]
    assert newsroom.told == [DETECTED]


def test_a_crash_between_any_two_steps_doubles_nothing(newsroom: Newsroom) -> None:
    newsroom.show(e1=story(1, FAVOR), e2=story(2, FAVOR))
    newsroom.show(e3=story(3, AGAINST))
    for _ in range(2):  # every piece of work is carried out twice, as after a lost answer
        with newsroom.local.begin() as tx:
            again = handoffs.unanswered(tx.session, tuple(newsroom.local.run), renudge=timedelta(0), most=100)
        newsroom.local.waiting.extend(again)
        newsroom.work()
    newsroom.show(e3=story(3, "An earlier version misquoted her."))
    newsroom.work()
    assert newsroom.told == [DETECTED, WITHDRAWN]
    assert len(newsroom.ask(lambda: select(Revision.id))) == 1

"""A newsroom in memory of its database: articles whose lines say who stands where, and workers that read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, select

from services.extract.handlers import tag_article
from services.extract.reviewing import review_positions
from services.extract.values import Actor, ArticleText, Reading, Span, Statement, Watchlist
from shared import tables
from shared.events import ArticleIngested, Event, ShiftDetected, StatementsTagged
from shared.leases import LeasePolicy
from shared.transaction import Begin
from shared.vocabulary import ActorKind, DateSource, DocumentState, ShiftStatus, Stance, StatementKind, TextSource
from tests.extract.ledger import RULES

NOW = datetime(2024, 6, 1, tzinfo=UTC)
FIRST_DAY = datetime(2024, 1, 1, 12, tzinfo=UTC)
LEASE = LeasePolicy(seconds=60, most_attempts=3)


@dataclass
class LineReader:
    """Reads lines such as `Ann Lee|favor|plan|0.9|own`; `none` for a stance reports a turn, `pressed` for words a call.

    Another `version` stands for other rules.
    """

    version: str = "lines-1"
    read_texts: list[str] = field(default_factory=list)

    def read(self, article: ArticleText, watchlist: Watchlist) -> Reading:
        self.read_texts.append(article.text)
        known = {figure.name: figure.id for figure in watchlist.figures}
        found: list[Statement] = []
        signals: list[Statement] = []
        start = 0
        for line in article.text.split("\n"):
            if line.count("|") == 4:
                actor, stance, issue, confidence, words = line.split("|")
                span = Span(start, start + len(line))
                statement = (
                    actor,
                    known.get(actor),
                    issue,
                    Stance(stance),
                    float(confidence),
                    words.strip() == "own",
                    span,
                )
                said = Statement(*statement)
                if words.strip() == "pressed":
                    signals.append(replace(said, kind=StatementKind.PRESSURE))
                elif said.stance is Stance.NONE:
                    signals.append(replace(said, kind=StatementKind.REPORTED_SHIFT))
                else:
                    found.append(said)
            start += len(line) + 1
        names = dict.fromkeys(statement.actor for statement in (*found, *signals))
        actors = tuple(Actor(name, ActorKind.PERSON, known.get(name), 1) for name in names)
        return Reading(actors=actors, statements=tuple(found), signals=tuple(signals))


@contextmanager
def quick_database() -> Iterator[Engine]:
    """A database in memory, for properties that need many."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()


def watch(begin: Begin, *figures: str, issues: tuple[str, ...] = ("plan",)) -> None:
    """Put figures on the watchlist, `Ann Lee` under the id `ann-lee`."""
    with begin() as tx:
        for name in figures:
            slug = name.lower().replace(" ", "-")
            tx.session.merge(tables.Figure(id=slug, name=name, aliases=[], kind=ActorKind.PERSON))
        for issue in issues:
            tx.session.merge(tables.Issue(id=issue, name=issue, proposition=f"They should {issue}.", terms=[issue]))


def bring(begin: Begin, text: str, *, day: float, url: str = "", language: str = "en") -> int:
    """Ingest an article published on `day`; articles of the same text are one story."""
    address = url or f"https://outlet.example/{day}"
    published_at = FIRST_DAY + timedelta(days=day)
    with begin() as tx:
        document = tables.Document(entry_key=address, url=address, found_at=NOW, state=DocumentState.READ)
        tx.session.add(document)
        story_id = _story(tx.session, text)
        tx.session.flush()
        assert document.id is not None
        article = tables.Article(
            document_id=document.id,
            story_id=story_id,
            url=address,
            title="",
            outlet="Outlet",
            language=language,
            text=text,
            text_from=TextSource.FEED,
            published_at=published_at,
            published_from=DateSource.FEED,
            ingested_at=NOW,
        )
        tx.session.add(article)
        tx.session.flush()
        assert article.id is not None
        tx.emit(ArticleIngested(article_id=article.id))
        return article.id


def say(stance: str, *, who: str = "Ann Lee", issue: str = "plan", confidence: float = 0.85, words: str = "own") -> str:
    return f"{who}|{stance}|{issue}|{confidence}|{words}"


def press(stance: str, *, confidence: float = 0.8) -> str:
    return say(stance, confidence=confidence, words="pressed")


def work_off(events: list[Event], begin: Begin, reader: LineReader, *, heard: list[Event] | None = None) -> list[int]:
    """Carry out what the events ask for until none is left; return the shifts that were told, in order."""
    told: list[int] = []
    while events:
        event = events.pop(0)
        if heard is not None:
            heard.append(event)
        match event:
            case ArticleIngested(article_id=article_id):
                tag_article(article_id, begin=begin, reader=reader, lease=LEASE, now=NOW)
            case StatementsTagged(tagging_id=tagging_id):
                review_positions(tagging_id, begin=begin, rules=RULES, lease=LEASE, now=NOW)
            case ShiftDetected(shift_id=shift_id):
                told.append(shift_id)
    return told


def standing(session: Session) -> list[tuple[str, str, str, str, str, str]]:
    """Every standing shift without its row numbers: figure, issue, from, to, and the addresses of both quotes."""
    found = session.exec(select(tables.Shift).where(tables.Shift.status == ShiftStatus.STANDING)).all()
    return sorted(
        (
            shift.figure_id,
            shift.issue_id,
            shift.from_stance.value,
            shift.to_stance.value,
            _address(session, shift.before_statement_id),
            _address(session, shift.after_statement_id),
        )
        for shift in found
    )


def _address(session: Session, statement_id: int) -> str:
    statement = session.get_one(tables.Statement, statement_id)
    return session.get_one(tables.Article, statement.article_id).url


def _story(session: Session, text: str) -> int:
    text_hash = sha256(text.encode()).hexdigest()
    story = session.exec(select(tables.Story).where(tables.Story.text_hash == text_hash)).first()
    if story is None:
        story = tables.Story(text_hash=text_hash)
        session.add(story)
        session.flush()
    assert story.id is not None
    return story.id

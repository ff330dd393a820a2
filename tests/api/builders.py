"""A ledger about invented people, as rows: figures, articles, statements, a shift, an alert."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from shared.tables import (
    Actor,
    Alert,
    Article,
    Delivery,
    Document,
    Figure,
    Issue,
    Shift,
    Statement,
    Story,
    Subscription,
    Tagging,
)
from shared.vocabulary import (
    ActorKind,
    ChannelKind,
    DateSource,
    DeliveryState,
    DocumentState,
    ShiftKind,
    ShiftStatus,
    Stance,
    TextSource,
)

DAY_ONE = datetime(2031, 3, 1, 9, tzinfo=UTC)
PROPOSITION = "The city should build the tram."


@dataclass(frozen=True, slots=True)
class Said:
    """What an article shows of Ana Ruiz on the tram, so many days after the first."""

    day: int
    stance: Stance
    evidence: str = "The tram is what this city needs."
    own_words: bool = True
    confidence: float = 0.9
    url: str = ""
    outlet: str = "Morning Ledger"
    title: str = "Council debates the tram"


def add_watchlist(session: Session) -> Actor:
    """Watch Ana Ruiz on the tram and, with nothing said yet, on the harbour."""
    session.add(Figure(id="ana-ruiz", name="Ana Ruiz", kind=ActorKind.PERSON))
    session.add(Issue(id="tram", name="Tram", proposition=PROPOSITION, terms=["tram"]))
    session.add(Issue(id="harbour", name="Harbour", proposition="The harbour should be closed.", terms=["harbour"]))
    session.flush()
    actor = Actor(name="Ana Ruiz", kind=ActorKind.PERSON, figure_id="ana-ruiz")
    session.add(actor)
    session.flush()
    return actor


def add_statement(session: Session, actor: Actor, said: Said) -> Statement:
    """Store one article with one statement in it."""
    at = DAY_ONE + timedelta(days=said.day)
    url = said.url or f"https://ledger.example/{said.day}/{said.stance}"
    document = Document(entry_key=url, url=url, found_at=at, state=DocumentState.READ)
    story = Story(text_hash=url)
    session.add_all([document, story])
    session.flush()
    assert document.id
    assert story.id
    article = Article(
        document_id=document.id, story_id=story.id, url=url, title=said.title, outlet=said.outlet, text=said.evidence,
        text_from=TextSource.FEED, published_at=at, published_from=DateSource.FEED, ingested_at=at,
    )  # fmt: skip
    session.add(article)
    session.flush()
    assert article.id
    return add_reading(session, actor, said, article_id=article.id)


def add_reading(session: Session, actor: Actor, said: Said, *, article_id: int, version: str = "1") -> Statement:
    """Store what one version of the tagger found in an article."""
    at = DAY_ONE + timedelta(days=said.day)
    tagging = Tagging(article_id=article_id, tagger_version=version, tagged_at=at)
    session.add(tagging)
    session.flush()
    assert tagging.id
    assert actor.id
    article = session.get_one(Article, article_id)
    earlier = select(Statement).where(Statement.article_id == article_id)
    for replaced in session.exec(earlier).all():
        replaced.current = False
    statement = Statement(
        tagging_id=tagging.id, article_id=article_id, article_url=article.url,
        story_id=article.story_id, actor_id=actor.id, issue_id="tram", stance=said.stance,
        confidence=said.confidence, own_words=said.own_words, evidence=said.evidence, start=0, end=len(said.evidence),
        words=len(said.evidence), is_quotation=False,
        published_at=at, tagger_version=version,
    )  # fmt: skip
    session.add(statement)
    session.flush()
    return statement


def add_shift(session: Session, before: Statement, after: Statement) -> Shift:
    """Store the shift from one statement to another."""
    assert before.id
    assert after.id
    shift = Shift(
        actor_id=after.actor_id, figure_id="ana-ruiz", issue_id="tram", kind=ShiftKind.COMMITMENT,
        from_stance=before.stance, to_stance=after.stance, before_statement_id=before.id, after_statement_id=after.id,
        at=after.published_at, detected_at=after.published_at, confidence=0.91, reason="own_words",
        status=ShiftStatus.STANDING,
    )  # fmt: skip
    session.add(shift)
    session.flush()
    return shift


def add_alert(session: Session, shift: Shift) -> Alert:
    """Store an alert for a desk, delivered by e-mail."""
    desk = Subscription(name="desk", email="desk@paper.example", created_at=DAY_ONE)
    session.add(desk)
    session.flush()
    assert shift.id
    assert desk.id
    alert = Alert(shift_id=shift.id, subscription_id=desk.id, reason="matched", raised_at=shift.at)
    session.add(alert)
    session.flush()
    assert alert.id
    delivery = Delivery(
        alert_id=alert.id, channel=ChannelKind.EMAIL, address="desk@paper.example", key=f"key-{alert.id}",
        state=DeliveryState.DELIVERED, attempts=1, next_attempt_at=None, delivered_at=shift.at,
    )  # fmt: skip
    session.add(delivery)
    session.flush()
    return alert


def add_storyline(session: Session) -> tuple[Statement, Statement, Shift]:
    """Ana Ruiz straddles, then commits against the tram; a desk is told."""
    actor = add_watchlist(session)
    before = add_statement(session, actor, Said(0, Stance.MIXED, "I see both sides of the tram."))
    after = add_statement(session, actor, Said(4, Stance.AGAINST, "I will vote against the tram."))
    shift = add_shift(session, before, after)
    add_alert(session, shift)
    return before, after, shift

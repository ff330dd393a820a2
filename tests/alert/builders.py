"""Values and rows for alert's tests, each with one fixed meaning that a test may change a part of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from services.alert.channels.base import Parcel
from services.alert.matching import WhyAlerted
from services.alert.message import Message, Occasion, write_message
from services.alert.values import PressureReport, ShiftReport, Witness
from shared.events import ShiftDetected
from shared.leases import LeasePolicy
from shared.tables import (
    Actor,
    Article,
    Consent,
    Document,
    Figure,
    Issue,
    Pressure,
    Shift,
    Statement,
    Story,
    Subscription,
    Tagging,
)
from shared.transaction import Begin
from shared.vocabulary import (
    ActorKind,
    DateSource,
    DocumentState,
    ShiftKind,
    ShiftStatus,
    Stance,
    StatementKind,
    TextSource,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LEASE = LeasePolicy(seconds=60, most_attempts=3)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

BEFORE = Witness(
    stance=Stance.MIXED,
    evidence="“We have to look at the toll and at what it pays for,” she said.",
    own_words=True,
    published_at=NOW - timedelta(days=4),
    outlet="Harbour Gazette",
    title="Council splits over harbour toll",
    url="https://gazette.example/toll-split",
)
AFTER = Witness(
    stance=Stance.AGAINST,
    evidence="“I will vote against the toll,” she said.",
    own_words=True,
    published_at=NOW - timedelta(hours=1),
    outlet="Evening Ledger",
    title="Mayor turns on harbour toll",
    url="https://ledger.example/toll-turn",
)
REPORT = ShiftReport(
    shift_id=1,
    figure_id="ada-quill",
    figure_name="Ada Quill",
    issue_id="harbour-toll",
    issue_name="Harbour toll",
    proposition="The city should charge a toll at the harbour.",
    kind=ShiftKind.COMMITMENT,
    from_stance=Stance.MIXED,
    to_stance=Stance.AGAINST,
    at=AFTER.published_at,
    confidence=0.91,
    status=ShiftStatus.STANDING,
    before=BEFORE,
    after=AFTER,
)
OCCASION = Occasion(
    subscription="desk", reason=WhyAlerted.FIGURE_AND_ISSUE, raised_at=NOW, shift_id=1, token="5ecret-token"
)


def a_message(*, subscription: str = "desk", **changes: Any) -> Message:
    """A message on the shift above; `changes` are fields of its report."""
    report = replace(REPORT, **changes)
    return write_message(report, replace(OCCASION, subscription=subscription), public_url="https://watch.example")


def a_parcel(**changes: Any) -> Parcel:
    """A parcel with the message above."""
    parcel = Parcel("5f2b9c0d", "desk@paper.example", a_message(), sent_at=datetime.now(UTC), secrets=(SECRET,))
    return replace(parcel, **changes)


def watch(session: Session) -> None:
    """Store the figure and the issue of the shift above."""
    session.add(Figure(id=REPORT.figure_id, name=REPORT.figure_name, kind=ActorKind.PERSON))
    session.add(Issue(id=REPORT.issue_id, name=REPORT.issue_name, proposition=REPORT.proposition))
    session.flush()


def subscribe(session: Session, name: str = "desk", **changes: Any) -> Subscription:
    """Store a subscription to everything, by e-mail that was agreed to unless `changes` say otherwise."""
    row = Subscription(name=name, created_at=NOW, **({"email": f"{name}@paper.example"} | changes))
    session.add(row)
    session.flush()
    if row.email is not None:
        session.add(Consent(subscription_id=row.id, address=row.email, confirmed_at=NOW))
        session.flush()
    return row


def store_shift(session: Session, report: ShiftReport = REPORT) -> int:
    """Store a shift with its two statements, and everything that these need."""
    actor_id = _actor(session, report)
    before, after = (_statement(session, seen, actor_id, report.issue_id) for seen in (report.before, report.after))
    shift = Shift(
        actor_id=actor_id,
        figure_id=report.figure_id,
        issue_id=report.issue_id,
        kind=report.kind,
        from_stance=report.from_stance,
        to_stance=report.to_stance,
        before_statement_id=before,
        after_statement_id=after,
        at=report.at,
        detected_at=NOW,
        confidence=report.confidence,
        reason="agrees",
        status=report.status,
        arrived=report.arrived,
    )
    return _stored(session, shift)


def store_pressure(session: Session, report: PressureReport) -> int:
    """Store a pressure with its calls; calls of the same words are one story."""
    actor_id = _actor(session, report)
    calls = [_statement(session, call, actor_id, report.issue_id) for call in report.calls]
    for call in calls:
        session.get_one(Statement, call).kind = StatementKind.PRESSURE
    pressure = Pressure(
        figure_id=report.figure_id,
        issue_id=report.issue_id,
        toward=report.toward,
        sources=report.sources,
        since=report.since,
        until=report.until,
        statement_id=calls[-1],
        noticed_at=NOW,
        arrived=report.arrived,
    )
    return _stored(session, pressure)


def detected_shift(begin: Begin, **subscription: Any) -> int:
    """Watch, subscribe and detect the shift above; return its id."""
    with begin() as tx:
        watch(tx.session)
        subscribe(tx.session, **subscription)
        shift_id = store_shift(tx.session)
        tx.emit(ShiftDetected(shift_id=shift_id))
    return shift_id


def _actor(session: Session, report: ShiftReport | PressureReport) -> int:
    known = session.exec(select(Actor.id).where(Actor.name == report.figure_name)).one_or_none()
    actor = Actor(name=report.figure_name, kind=ActorKind.PERSON, figure_id=report.figure_id)
    return known or _stored(session, actor)


def _statement(session: Session, seen: Witness, actor_id: int, issue_id: str) -> int:
    document = Document(entry_key=seen.url, url=seen.url, found_at=NOW, state=DocumentState.READ)
    article = Article(
        document_id=_stored(session, document),
        story_id=_stored(session, Story(text_hash=seen.url)),
        url=seen.url,
        title=seen.title,
        outlet=seen.outlet,
        text=seen.evidence,
        text_from=TextSource.FEED,
        published_at=seen.published_at,
        published_from=DateSource.FEED,
        ingested_at=NOW,
    )
    article_id = _stored(session, article)
    tagging = Tagging(article_id=article_id, tagger_version="test", tagged_at=NOW)
    statement = Statement(
        tagging_id=_stored(session, tagging),
        article_id=article_id,
        article_url=article.url,
        story_id=article.story_id,
        actor_id=actor_id,
        issue_id=issue_id,
        stance=seen.stance,
        confidence=0.9,
        own_words=seen.own_words,
        evidence=seen.evidence,
        words=len(seen.evidence),
        is_quotation=False,
        start=0,
        end=len(seen.evidence),
        published_at=seen.published_at,
        tagger_version="test",
    )
    return _stored(session, statement)


def _stored(session: Session, row: Actor | Article | Document | Pressure | Shift | Statement | Story | Tagging) -> int:
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id

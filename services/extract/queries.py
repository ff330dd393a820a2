"""What the tagger and the reviewer ask of the database, and what they write there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from services.extract.standing import Changed, Fallen, Kept, KnownShift, Raised, StoredShift, Untouched, Verdict
from services.extract.timeline import DatedStatement
from services.extract.values import Actor, ArticleText, Figure, Issue, Reading, Statement, Watchlist
from shared import tables
from shared.vocabulary import ActorKind, ShiftStatus

actors: Table = tables.Actor.__table__  # type: ignore[attr-defined]
articles: Table = tables.Article.__table__  # type: ignore[attr-defined]
figures: Table = tables.Figure.__table__  # type: ignore[attr-defined]
issues: Table = tables.Issue.__table__  # type: ignore[attr-defined]
shifts: Table = tables.Shift.__table__  # type: ignore[attr-defined]
statements: Table = tables.Statement.__table__  # type: ignore[attr-defined]
taggings: Table = tables.Tagging.__table__  # type: ignore[attr-defined]


newer = taggings.alias("newer")
REPLACED = exists().where(newer.c.article_id == statements.c.article_id, newer.c.id > statements.c.tagging_id)
# Built once: putting it together anew for every review costs as much as reading a hundred statements.
STATEMENTS_ON = (
    select(
        statements.c.id,
        articles.c.url,
        articles.c.story_id,
        statements.c.published_at,
        statements.c.stance,
        statements.c.confidence,
        statements.c.own_words,
        statements.c.start,
        statements.c.evidence,
    )
    .join(actors, actors.c.id == statements.c.actor_id)
    .join(articles, articles.c.id == statements.c.article_id)
    .where(actors.c.figure_id == bindparam("figure"), statements.c.issue_id == bindparam("issue"), ~REPLACED)
)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the tagger needs it; an empty `language` means that nobody knows."""

    article_id: int
    text: ArticleText
    language: str


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    """One figure on one issue: what positions are read for."""

    figure_id: str
    issue_id: str


def article_to_read(session: Session, article_id: int) -> StoredArticle:
    """Return the article that an event named."""
    columns = (articles.c.title, articles.c.text, articles.c.published_at, articles.c.language)
    row = session.execute(select(*columns).where(articles.c.id == article_id)).one()
    return StoredArticle(article_id, ArticleText(row.title, row.text, row.published_at), row.language)


def watchlist(session: Session) -> Watchlist:
    """Return what is watched now, in a fixed order."""
    watched = session.execute(select(figures).where(figures.c.retired_at.is_(None)).order_by(figures.c.id))
    tracked = session.execute(select(issues).where(issues.c.retired_at.is_(None)).order_by(issues.c.id))
    return Watchlist(
        tuple(Figure(row.id, row.name, tuple(row.aliases), row.kind) for row in watched),
        tuple(Issue(row.id, row.name, row.proposition, tuple(row.terms)) for row in tracked),
    )


def article_ids(session: Session, *, after: int, most: int) -> tuple[int, ...]:
    """Return the next articles by their number."""
    column = articles.c.id
    return tuple(session.execute(select(column).where(column > after).order_by(column).limit(most)).scalars())


def is_tagged(session: Session, article_id: int, *, version: str) -> bool:
    """Tell whether the article's latest reading is this version's; an older one counts no more."""
    of_article = select(taggings.c.tagger_version).where(taggings.c.article_id == article_id)
    latest = session.execute(of_article.order_by(taggings.c.id.desc()).limit(1)).scalar_one_or_none()
    return latest is not None and latest.startswith(version)


def save_reading(session: Session, article: StoredArticle, reading: Reading, *, version: str, now: datetime) -> int:
    """Save all that one reading found; return the tagging's id."""
    version = _name_of_its_own(session, article.article_id, version)
    tagging = {"article_id": article.article_id, "tagger_version": version, "tagged_at": now}
    tagging_id = int(session.execute(taggings.insert().values(tagging).returning(taggings.c.id)).scalar_one())
    numbers = _save_actors(session, reading.actors)
    rows = [
        {
            **_statement_row(statement, article.text),
            "tagging_id": tagging_id,
            "article_id": article.article_id,
            "actor_id": numbers[statement.actor],
            "tagger_version": version,
        }
        for statement in reading.statements
    ]
    if rows:
        session.execute(statements.insert(), rows)
    return tagging_id


def topics_of_article(session: Session, tagging_id: int) -> tuple[Topic, ...]:
    """Return the topics that the tagging's article speaks of now, or spoke of when it was read before."""
    article_id = select(taggings.c.article_id).where(taggings.c.id == tagging_id).scalar_subquery()
    rows = session.execute(
        select(actors.c.figure_id, statements.c.issue_id)
        .join(actors, actors.c.id == statements.c.actor_id)
        .where(statements.c.article_id == article_id, actors.c.figure_id.is_not(None))
        .distinct()
    )
    return tuple(sorted(Topic(row.figure_id, row.issue_id) for row in rows))


def hold_figures(session: Session, topics: Sequence[Topic]) -> None:
    """Let one reviewer at a time decide about a figure; SQLite's writers wait for one another anyway."""
    held = actors.c.figure_id.in_({topic.figure_id for topic in topics})
    session.execute(select(actors.c.id).where(held).order_by(actors.c.id).with_for_update(key_share=True)).all()


def statements_on(session: Session, topic: Topic) -> tuple[DatedStatement, ...]:
    """Return what the latest reading of each article found on a topic."""
    found = session.execute(STATEMENTS_ON, {"figure": topic.figure_id, "issue": topic.issue_id})
    return tuple(map(DatedStatement._make, found.all()))


def known_shifts(session: Session, topic: Topic) -> tuple[KnownShift, ...]:
    """Return every stored shift on a topic, in order."""
    columns = [shifts.c[column.name] for column in fields(StoredShift)]
    key = (shifts.c.figure_id == topic.figure_id) & (shifts.c.issue_id == topic.issue_id)
    rows = session.execute(select(shifts.c.id, *columns).where(key).order_by(shifts.c.at, shifts.c.id))
    return tuple(KnownShift(number, StoredShift(*stored)) for number, *stored in rows)


def save_verdict(session: Session, topic: Topic, verdict: Verdict, *, now: datetime) -> int | None:
    """Write what became of one shift; return its id where people must be told of it."""
    match verdict:
        case Raised(shift):
            row = {"figure_id": topic.figure_id, "issue_id": topic.issue_id, "detected_at": now}
            row |= asdict(shift) | {"actor_id": _actor_of(session, shift.after_statement_id)}
            return int(session.execute(shifts.insert().values(row).returning(shifts.c.id)).scalar_one())
        case Changed(shift_id, shift):
            _update_shift(session, shift_id, asdict(shift) | {"detected_at": now})
            return shift_id
        case Kept(shift_id, shift):
            _update_shift(session, shift_id, asdict(shift))
        case Fallen(shift_id):
            _update_shift(session, shift_id, {"status": ShiftStatus.SUPERSEDED})
        case Untouched():
            pass
    return None


def _name_of_its_own(session: Session, article_id: int, version: str) -> str:
    """Number a version that reads an article again after another did, as when a watchlist goes back to what it was."""
    same = (taggings.c.article_id == article_id) & taggings.c.tagger_version.startswith(version, autoescape=True)
    earlier = session.execute(select(func.count()).where(same)).scalar_one()
    return f"{version}+{earlier}" if earlier else version


def _save_actors(session: Session, found: Sequence[Actor]) -> dict[str, int]:
    """Return each actor's row by the name that the reading used; a figure's row carries the figure's own name."""
    wanted = {actor.figure for actor in found if actor.figure}
    rows = session.execute(select(figures.c.id, figures.c.name, figures.c.kind).where(figures.c.id.in_(wanted)))
    named = {row.id: (row.name, row.kind) for row in rows}
    # Two workers that meet the same new actors must wait for each other in one order.
    by_name = sorted(found, key=lambda actor: actor.name)
    return {
        actor.name: _save_actor(session, actor, *named.get(actor.figure, (actor.name, actor.kind))) for actor in by_name
    }


def _save_actor(session: Session, actor: Actor, name: str, kind: ActorKind) -> int:
    row = {"name": name, "kind": kind, "figure_id": actor.figure}
    session.execute(_insert(session, actors).values(row).on_conflict_do_nothing())
    key = (actors.c.name == name) & (actors.c.kind == kind)
    stored = session.execute(select(actors.c.id, actors.c.figure_id).where(key)).one()
    if actor.figure and stored.figure_id != actor.figure:
        session.execute(update(actors).where(actors.c.id == stored.id).values(figure_id=actor.figure))
    return int(stored.id)


def _statement_row(statement: Statement, text: ArticleText) -> dict[str, Any]:
    start, end = statement.evidence
    return {
        "issue_id": statement.issue,
        "stance": statement.stance,
        "confidence": statement.confidence,
        "own_words": statement.own_words,
        "evidence": text.text[start:end],
        "start": start,
        "end": end,
        "published_at": text.published_at,
    }


def _update_shift(session: Session, shift_id: int, values: dict[str, Any]) -> None:
    session.execute(update(shifts).where(shifts.c.id == shift_id).values(values))


def _actor_of(session: Session, statement_id: int) -> int:
    return int(session.execute(select(statements.c.actor_id).where(statements.c.id == statement_id)).scalar_one())


def _insert(session: Session, table: Table) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)

"""What the tagger asks of the database, and the readings that it writes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from services.extract.editions import Edition, first_edition
from services.extract.values import Actor, ArticleText, Figure, Issue, Reading, Statement, Watchlist
from services.extract.wording import words_of
from shared import tables
from shared.vocabulary import ActorKind, Arrival, Decision, Skipped

actors: Table = tables.Actor.__table__  # type: ignore[attr-defined]
articles: Table = tables.Article.__table__  # type: ignore[attr-defined]
figures: Table = tables.Figure.__table__  # type: ignore[attr-defined]
issues: Table = tables.Issue.__table__  # type: ignore[attr-defined]
revisions: Table = tables.Revision.__table__  # type: ignore[attr-defined]
statements: Table = tables.Statement.__table__  # type: ignore[attr-defined]
taggings: Table = tables.Tagging.__table__  # type: ignore[attr-defined]
verdicts: Table = tables.StatementVerdict.__table__  # type: ignore[attr-defined]

ARTICLE_TO_READ = select(
    *(articles.c.title, articles.c.text, articles.c.published_at, articles.c.language),
    *(articles.c.arrived, articles.c.revision, articles.c.revised_at, articles.c.url, articles.c.story_id),
    articles.c.removed_at,
)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the tagger needs it; an empty `language` means that nobody asked.

    `editions` are the texts it had, the current one last: they date what is found.
    """

    article_id: int
    url: str
    story_id: int
    text: ArticleText
    language: str
    editions: tuple[Edition, ...]
    removed: bool

    @property
    def revision(self) -> int:
        """The number of the current text."""
        return len(self.editions)


def article_to_read(session: Session, article_id: int) -> StoredArticle:
    """Return the article that an event named."""
    row = session.execute(ARTICLE_TO_READ.where(articles.c.id == article_id)).one()
    current = Edition(row.text, row.published_at, row.arrived)
    earlier: tuple[Edition, ...] = ()
    if row.revision > 1:
        current = Edition(row.text, row.revised_at or row.published_at, Arrival.LIVE)
        texts = select(revisions).where(revisions.c.article_id == article_id).order_by(revisions.c.number)
        earlier = tuple(
            Edition(old.text, old.published_at, row.arrived if old.number == 1 else Arrival.LIVE)
            for old in session.execute(texts)
        )
    text = ArticleText(row.title, row.text, row.published_at)
    return StoredArticle(
        article_id, row.url, row.story_id, text, row.language, (*earlier, current), row.removed_at is not None
    )


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


def await_no_longer(session: Session, article_id: int) -> int | None:
    """Let a reading that turned out to be of today's wishes count; return its tagging where it did not."""
    awaiting = (statements.c.article_id == article_id) & statements.c.current & statements.c.awaits_reading
    freed = session.execute(
        update(statements).where(awaiting).values(awaits_reading=False).returning(statements.c.tagging_id)
    )
    return max(freed.scalars(), default=None)


def save_reading(
    session: Session, article: StoredArticle, reading: Reading | Skipped, *, version: str, now: datetime
) -> int:
    """Save all that one reading found, or why the article was not read; return the tagging's id."""
    version = _name_of_its_own(session, article.article_id, version)
    tagging = {"article_id": article.article_id, "tagger_version": version, "tagged_at": now}
    tagging |= {"revision": article.revision, "skipped": reading if isinstance(reading, Skipped) else None}
    tagging_id = int(session.execute(taggings.insert().values(tagging).returning(taggings.c.id)).scalar_one())
    of_this = statements.c.article_id == article.article_id
    session.execute(update(statements).where(of_this, statements.c.current).values(current=False))
    if isinstance(reading, Skipped):
        return tagging_id
    numbers = _save_actors(session, reading.actors)
    said = _verdicts_on(session, article.article_id)
    rows = [
        {
            **_statement_row(statement, article),
            "tagging_id": tagging_id,
            "article_id": article.article_id,
            "actor_id": numbers[statement.actor],
            "tagger_version": version,
        }
        for statement in (*reading.statements, *reading.signals)
    ]
    for row in rows:
        row["decided"] = _decided(row, said)
    if rows:
        session.execute(statements.insert(), rows)
    return tagging_id


def _verdicts_on(session: Session, article_id: int) -> Sequence[Any]:
    of_article = (verdicts.c.article_id == article_id) & verdicts.c.undone_at.is_(None)
    return session.execute(select(verdicts).where(of_article).order_by(verdicts.c.id)).all()


def _decided(row: dict[str, Any], said: Sequence[Any]) -> Decision | None:
    """Return what a person said of the same words, the latest word last; who confirmed, confirmed one stance."""
    key = row["actor_id"], row["issue_id"], row["kind"], row["words"]
    same = [one for one in said if (one.actor_id, one.issue_id, one.kind, one.words) == key]
    holds = [one for one in same if one.decision is Decision.REJECT or one.stance is row["stance"]]
    return holds[-1].decision if holds else None


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


def _statement_row(statement: Statement, article: StoredArticle) -> dict[str, Any]:
    start, end = statement.evidence
    evidence = article.text.text[start:end]
    words = words_of(evidence)
    edition = first_edition(evidence, article.editions)
    return {
        "article_url": article.url,
        "story_id": article.story_id,
        "issue_id": statement.issue,
        "kind": statement.kind,
        "stance": statement.stance,
        "confidence": statement.confidence,
        "own_words": statement.own_words,
        "found_by": statement.found_by,
        "chat_model": statement.opinion.reader if statement.opinion else "",
        "chat_stance": statement.opinion.stance if statement.opinion else None,
        "evidence": evidence,
        "words": words.fingerprint,
        "is_quotation": words.is_quotation,
        "start": start,
        "end": end,
        "published_at": edition.published_at,
        "arrived": edition.arrived,
    }


def _insert(session: Session, table: Table) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)

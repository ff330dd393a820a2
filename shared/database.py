"""Engines for SQLite and PostgreSQL that keep the promises the rest relies on."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from shared.failures import UserMistake
from shared.settings import settings

BUSY_TIMEOUT_MS = 5_000
READ_ONLY = "stancewatch_read_only"
# A refused statement is logged and noted beside its row: article text, addresses and secrets stay out of the message.
DISCREET: dict[str, Any] = {"hide_parameters": True}


def create_database(url: str) -> Engine:
    """Return an engine for `url`; nothing is connected yet.

    SQLite runs in WAL with full synchronisation, and every writing transaction begins IMMEDIATE: a deferred one that
    reads first is refused at once when it turns to writing, whatever the busy timeout.
    """
    address = parse_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    pool: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 5}
    return create_engine(address, **pool, connect_args={"connect_timeout": 5}, **DISCREET)


def parse_url(url: str) -> URL:
    """Read a database URL; plain `postgres://` and `postgresql://` mean psycopg 3."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise UserMistake(
            "STANCEWATCH_DATABASE_URL is not a database URL; write sqlite:///FILE or postgresql://HOST/NAME"
        ) from error
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    if address.drivername not in ("sqlite", "postgresql+psycopg"):
        raise UserMistake(
            f"{address.drivername} databases are not supported; use sqlite:///FILE or postgresql://HOST/NAME"
        )
    return address


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The database of this process, by its settings."""
    return create_database(settings().database)


def _sqlite(address: URL) -> Engine:
    patience = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    database = create_engine(address, connect_args=patience, **DISCREET)

    @event.listens_for(database, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver would begin transactions of its own
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(database, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return database

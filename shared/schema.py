"""Bringing a database's schema up to what this code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

MIGRATIONS = Path(__file__).parent / "migrations"
UPGRADE_LOCK = 7_236_401  # any number that no other program takes on the same PostgreSQL database


def upgrade(database: Engine) -> tuple[str | None, str | None]:
    """Run the missing migrations, one host at a time; return the revision before and after."""
    with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
        before = _revision(connection)
        command.upgrade(alembic_config(connection), "head")
        return before, _revision(connection)


def is_current(database: Engine) -> bool:
    """Tell whether no migration is missing."""
    with database.connect() as connection:
        return _revision(connection) == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration around an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()

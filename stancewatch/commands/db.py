"""`stancewatch db`: the schema of the database."""

from pathlib import Path

import typer

from shared.database import create_database
from shared.schema import upgrade
from shared.settings import settings

app = typer.Typer(no_args_is_help=True, help="Create the database's tables or bring them up to date.")


@app.command("upgrade")
def upgrade_command() -> None:
    """Run the migrations that are missing; safe to run as often as you like."""
    database = create_database(settings().database)
    if database.dialect.name == "sqlite" and database.url.database not in (None, ":memory:"):
        Path(str(database.url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    before, after = upgrade(database)
    place = database.url.render_as_string(hide_password=True)
    typer.echo(f"{place}: {'already at' if before == after else 'upgraded to'} revision {after}")


@app.callback()
def _group() -> None:
    """Keep `upgrade` a subcommand even while it is the only one."""

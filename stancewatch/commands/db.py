"""`stancewatch db`: the schema of the database."""

from pathlib import Path

import typer

from shared.database import create_database
from shared.schema import upgrade
from shared.settings import settings
from stancewatch.first_token import first_token_line
from stancewatch.resealing import reseal
from stancewatch.store import writing

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
    if line := first_token_line(writing()):
        typer.echo(line)


@app.command("reseal")
def reseal_command() -> None:
    """Seal the stored secrets anew by STANCEWATCH_SECRET_KEY; STANCEWATCH_PREVIOUS_SECRET_KEY may go afterwards."""
    with writing()() as tx:
        count = reseal(tx.session)
    typer.echo(f"{count} secrets are sealed with the present key; the one before it is not needed any more")

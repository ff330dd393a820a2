"""`stancewatch figures`: merge two figures that are one."""

from typing import Annotated

import typer

from services.api.merging import merge_figures
from shared.clock import utc_now
from stancewatch.store import writing

app = typer.Typer(no_args_is_help=True, help="Merge two figures that are one.")


@app.callback()
def figures() -> None:
    """Keep `merge` a command of its own, whatever other commands there are."""


@app.command()
def merge(
    old: Annotated[str, typer.Argument(help="the id of the figure that goes", metavar="OLD")],
    kept: Annotated[str, typer.Argument(help="the id of the figure that stays", metavar="KEPT")],
) -> None:
    """Make all of OLD part of KEPT: statements, shifts, names and the subscriptions that follow it."""
    with writing()() as tx:
        merged = merge_figures(tx, old, kept, now=utc_now())
    typer.echo(f"{merged.statements} statements, {merged.shifts} shifts and {merged.subscriptions} subscriptions moved")
    names = ", ".join(merged.aliases)
    typer.echo(f"in your watchlist file, take {old} out and give {kept} the aliases: {names}")

"""`stancewatch watchlist`: check a watchlist file, or make the database follow it."""

from pathlib import Path
from typing import Annotated

import typer

from services.api.consents import unanswered
from services.api.watchlist import read_watchlist
from services.api.wishes import apply_watchlist, webhook_secrets
from shared.clock import utc_now
from shared.settings import settings
from stancewatch.output import as_json_lines
from stancewatch.store import writing

app = typer.Typer(
    no_args_is_help=True, help="What is watched: figures, issues, feeds and subscriptions, as one YAML file."
)

File = Annotated[Path, typer.Argument(help="the watchlist, a YAML file", metavar="FILE")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON Lines")]


@app.command()
def check(file: File) -> None:
    """Say whether FILE is a good watchlist; change nothing."""
    wishes = read_watchlist(file)
    typer.echo(
        f"{file}: {len(wishes.figures)} figures, {len(wishes.issues)} issues, {len(wishes.feeds)} feeds,"
        f" {len(wishes.subscriptions)} subscriptions; nothing to correct"
    )


@app.command()
def apply(file: File, as_json: AsJson = False) -> None:
    """Make the database follow FILE, all of it or nothing, and print what changed."""
    wishes = read_watchlist(file)
    with writing()() as tx:
        changes = apply_watchlist(tx, wishes, vouched=settings().vouched_addresses, now=utc_now())
        touched = {change.name for change in changes if change.kind == "subscription" and change.what != "retired"}
        secrets = webhook_secrets(tx.session, touched)
        asked = unanswered(tx.session, touched)
    if as_json:
        typer.echo(
            as_json_lines({"type": "change", "what": c.what, "kind": c.kind, "name": c.name} for c in changes), nl=False
        )
        return
    for change in changes:
        typer.echo(f"{change.what:8} {change.kind:12} {change.name}")
        if change.kind == "subscription" and change.name in secrets:
            typer.echo(f"{'':8} {'':12} signing secret for its webhook: {secrets[change.name]}")
    for name in asked:
        typer.echo(
            f"{'':8} {'':12} {name}: its address is asked by mail whether it wants this; nothing else is sent before"
        )
    typer.echo(f"{file}: {len(changes)} changes" if changes else f"{file}: nothing changed")

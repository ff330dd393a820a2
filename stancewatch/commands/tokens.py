"""`stancewatch tokens`: who may ask the HTTP API, and what each may do."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from services.api.tokens import TokenView, create_token, list_tokens, revoke_token
from shared.clock import iso_z, utc_now
from shared.vocabulary import Scope
from stancewatch.output import as_json_lines, show, table
from stancewatch.store import reading, writing

app = typer.Typer(no_args_is_help=True, help="Who may ask the HTTP API: make, list and revoke tokens.")
AsJson = Annotated[bool, typer.Option("--json", help="print JSON Lines")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="for whom it is, as the list will show it", metavar="NAME")],
    scope: Annotated[Scope, typer.Option(help="read; write also changes; admin also makes tokens")] = Scope.READ,
    days: Annotated[
        int | None, typer.Option(help="valid for so many days; for good if left out", min=1, max=36500)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it; it is kept as a hash, so this is the only time that it is seen."""
    now = utc_now()
    with writing()() as tx:
        new = create_token(tx.session, name, scope, expires_at=now + timedelta(days=days) if days else None, now=now)
    if as_json:
        typer.echo(as_json_lines([{**_line(new.view), "token": new.token}]), nl=False)
        return
    typer.echo(f"token '{new.view.name}' ({scope.value}), shown this once:\n{new.token}")


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List the tokens, also those that are valid no more; never the tokens themselves."""
    with reading()() as session:
        found = list_tokens(session)
    if as_json:
        typer.echo(as_json_lines(map(_line, found)), nl=False)
        return
    columns = ("id", "name", "scope", "made", "last used", "state")
    show(
        table("Tokens", columns, map(_row, found))
        if found
        else "no tokens yet; make one: stancewatch tokens create NAME"
    )


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="its name, or its id", metavar="NAME")]) -> None:
    """Make a token invalid at once and for good."""
    with writing()() as tx:
        token = revoke_token(tx.session, name, now=utc_now())
    typer.echo(f"token '{token.name}' is revoked")


def _line(one: TokenView) -> dict[str, Any]:
    moments = ("created_at", "expires_at", "last_used_at", "revoked_at")
    when = {name: iso_z(moment) if (moment := getattr(one, name)) else None for name in moments}
    return {"type": "token", "id": one.id, "name": one.name, "scope": one.scope.value, **when, "state": _state(one)}


def _row(one: TokenView) -> tuple[str, ...]:
    used = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never"
    until = f" until {one.expires_at:%Y-%m-%d}" if one.expires_at and _state(one) == "valid" else ""
    state = f"{_state(one)}{until}"
    return str(one.id), one.name, one.scope.value, f"{one.created_at:%Y-%m-%d}", used, state


def _state(one: TokenView) -> str:
    if one.lives(utc_now()):
        return "valid"
    return "revoked" if one.revoked_at else "expired"

"""`stancewatch alerts`: who was alerted of what."""

from typing import Annotated

import typer

from services.api import queries
from services.api.queries import Wanted
from services.api.views import AlertView
from stancewatch.ledger import alert_line
from stancewatch.output import as_json_lines, show, table
from stancewatch.store import reading


def alerts(
    figure: Annotated[str | None, typer.Option(help="only of this figure", metavar="ID")] = None,
    issue: Annotated[str | None, typer.Option(help="only on this issue", metavar="ID")] = None,
    most: Annotated[int, typer.Option(help="at most so many, the newest first", min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON Lines")] = False,
) -> None:
    """List alerts, the newest first, with the state of their deliveries."""
    with reading()() as session:
        found = queries.alerts(session, Wanted(figure=figure, issue=issue, most=most))
    if as_json:
        typer.echo(as_json_lines(map(alert_line, found)), nl=False)
        return
    columns = ("raised", "subscription", "figure", "issue", "turn", "deliveries")
    show(table("Alerts", columns, map(_row, found)) if found else "no alerts yet")


def _row(one: AlertView) -> tuple[str, ...]:
    shift = one.shift
    turn = f"{shift.from_stance} -> {shift.to_stance}"
    copies = ", ".join(f"{copy.channel} {copy.state}" for copy in one.deliveries)
    return f"{one.raised_at:%Y-%m-%d %H:%M}", one.subscription, shift.figure, shift.issue, turn, copies

"""`stancewatch deliveries`: every copy of every alert, how it stands, and another try for those that failed."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from services.alert.listings import DeliveryRow, Page, list_attempts, list_deliveries
from services.alert.queries import replay_since, retry_delivery
from services.alert.standings import subscription_named, subscriptions
from shared.clock import iso_z, utc_now
from shared.events import DeliveryDue
from shared.failures import UserMistake
from shared.vocabulary import DeliveryState
from stancewatch.output import as_json_lines, show, table
from stancewatch.store import reading, writing

app = typer.Typer(
    no_args_is_help=True,
    help="Copies of alerts by e-mail, webhook and chat: list them, try one again, replay what was missed.",
)
AsJson = Annotated[bool, typer.Option("--json", help="print JSON Lines")]


@app.command("list")
def list_command(
    state: Annotated[list[DeliveryState] | None, typer.Option(help="only in this state; may be given again")] = None,
    most: Annotated[int, typer.Option(help="at most so many, the newest first", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """List deliveries, the newest first."""
    with reading()() as session:
        found = list_deliveries(session, Page(most=most), states=state or DeliveryState)
    if as_json:
        typer.echo(as_json_lines(map(_line, found)), nl=False)
        return
    columns = ("id", "raised", "subscription", "by", "figure", "issue", "kind", "state", "tries", "next try", "why")
    show(table("Deliveries", columns, map(_row, found)) if found else "no deliveries yet")


@app.command()
def attempts(delivery_id: Annotated[int, typer.Argument(metavar="ID")], as_json: AsJson = False) -> None:
    """List every try at sending one delivery."""
    with reading()() as session:
        found = list_attempts(session, delivery_id)
    lines = [
        {
            "type": "attempt",
            "number": one.number,
            "started_at": iso_z(one.started_at),
            "finished_at": iso_z(one.finished_at) if one.finished_at else None,
            "outcome": one.outcome.value,
            "detail": one.detail,
        }
        for one in found
    ]
    if as_json:
        typer.echo(as_json_lines(lines), nl=False)
        return
    rows = ((str(one["number"]), str(one["started_at"]), str(one["outcome"]), str(one["detail"])) for one in lines)
    show(
        table(f"Tries of delivery {delivery_id}", ("try", "started", "outcome", "detail"), rows)
        if lines
        else "none yet"
    )


@app.command()
def retry(delivery_id: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Send one delivery again now; its receiver sees the same id as before."""
    with writing()() as tx:
        retry_delivery(tx.session, delivery_id, now=utc_now())
        tx.emit(DeliveryDue(delivery_id=delivery_id))
    typer.echo(f"delivery {delivery_id} will be tried now")


@app.command()
def replay(
    since: Annotated[str, typer.Option(help="of alerts raised since then, in UTC unless it says", metavar="ISO")],
    subscription: Annotated[str | None, typer.Option(help="only of this subscription", metavar="NAME")] = None,
) -> None:
    """Send again now what failed for good or may not have arrived; each receiver sees the same id as before."""
    start = _moment(since)
    with writing()() as tx:
        chosen = (subscription_named(tx.session, subscription),) if subscription else subscriptions(tx.session)
        due = [
            delivery_id
            for one in chosen
            for delivery_id in replay_since(tx.session, one.who.subscription_id, since=start, now=utc_now())
        ]
        for delivery_id in due:
            tx.emit(DeliveryDue(delivery_id=delivery_id))
    typer.echo(f"{len(due)} deliveries of alerts since {iso_z(start)} will be tried now")


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UserMistake(f"'{written}' is no time; write it as 2030-01-31 or 2030-01-31T08:00:00Z") from error


def _line(one: DeliveryRow) -> dict[str, Any]:
    return {
        "type": "delivery",
        "id": one.id,
        "alert": one.alert_id,
        "subscription": one.subscription,
        "channel": one.channel.value,
        "figure": one.figure,
        "issue": one.issue,
        "news": one.news.value,
        "kind": one.kind.value if one.kind else None,
        "state": one.state.value,
        "attempts": one.attempts,
        "next_attempt_at": iso_z(one.next_attempt_at) if one.next_attempt_at else None,
        "delivered_at": iso_z(one.delivered_at) if one.delivered_at else None,
        "reason": one.reason,
    }


def _row(one: DeliveryRow) -> tuple[str, ...]:
    next_try = f"{one.next_attempt_at:%Y-%m-%d %H:%M}" if one.next_attempt_at else ""
    what = one.kind.value if one.kind else one.news.value
    about = (one.figure, one.issue, what, one.state.value, str(one.attempts), next_try, one.reason)
    return (str(one.id), f"{one.raised_at:%Y-%m-%d %H:%M}", one.subscription, one.channel.value, *about)

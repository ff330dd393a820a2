"""`stancewatch subscriptions`: who is told of what, what that would have been, and why somebody was told or not."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from services.alert import deps
from services.alert.channels.base import Accepted
from services.alert.preview import explain, explain_warning, would_have_told
from services.alert.receivers import enable_endpoint
from services.alert.rehearsal import Rehearsed, send_test
from services.alert.standings import Standing, subscription_named, subscriptions
from services.alert.values import Wishes
from services.api.consents import ask_again
from services.api.watchlist import SubscriptionWish, read_watchlist
from shared.clock import utc_now
from shared.failures import UserMistake
from shared.settings import settings
from shared.vocabulary import ChannelKind
from stancewatch import subscription_lines as lines
from stancewatch.commands import subscribing
from stancewatch.output import as_json_lines, show, table
from stancewatch.store import reading, writing

app = typer.Typer(no_args_is_help=True, help="Who is told of what: list, add, preview, test, ask why, pause, end.")
AsJson = Annotated[bool, typer.Option("--json", help="print JSON Lines")]
Name = Annotated[str, typer.Argument(help="the subscription's name", metavar="NAME")]
LARGEST_ID = 2**63 - 1


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List the subscriptions: what each asks for, when it is told, and by which ways."""
    with reading()() as session:
        found = subscriptions(session)
    if as_json:
        typer.echo(as_json_lines(map(lines.standing_line, found)), nl=False)
        return
    columns = ("name", "asks for", "is told", "by")
    advice = "no subscriptions yet; a watchlist names them: stancewatch watchlist apply FILE"
    show(table("Subscriptions", columns, map(lines.standing_row, found)) if found else advice)


@app.command()
def preview(
    name: Name,
    days: Annotated[int, typer.Option(help="how far to look back", min=1, max=36500)] = 90,
    watchlist: Annotated[
        Path | None, typer.Option(help="as this file wishes it, before it is applied", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the shifts of which NAME would have been told; a pause counts for nothing."""
    with reading()() as session:
        wishes = _wished(watchlist, name) if watchlist else subscription_named(session, name).who.wishes
        found = would_have_told(session, wishes, since=utc_now() - timedelta(days=days))
    if as_json:
        typer.echo(as_json_lines(map(lines.report_line, found)), nl=False)
        return
    columns = ("shift", "published", "figure", "issue", "turn", "kind", "sure", "outlet")
    told = f"'{name}' would have been told {len(found)} times in the last {days} days"
    show(table(f"{told}:", columns, map(lines.report_row, found)) if found else told)


@app.command("test")
def test_command(name: Name, as_json: AsJson = False) -> int:
    """Send a test by the real channels, in the form of an alert of nobody; nothing is recorded."""
    read, now = reading(), utc_now()
    with read() as session:
        standing = subscription_named(session, name)
    came = send_test(name, read=read, channels=deps.channels(), public_url=settings().public_url, now=now)
    found = [*map(lines.rehearsed_line, came), *_left_out(standing, came)]
    if as_json:
        typer.echo(as_json_lines(found), nl=False)
    else:
        rows = ((str(one["channel"]), str(one["outcome"]), str(one["detail"])) for one in found)
        show(table(f"Test of '{name}'", ("by", "outcome", "answer"), rows))
    return 0 if found and all(one["outcome"] == lines.outcome_word(Accepted("")) for one in found) else 1


@app.command()
def why(
    name: Name,
    shift: Annotated[int | None, typer.Argument(help="the shift's id", metavar="SHIFT", min=1, max=LARGEST_ID)] = None,
    pressure: Annotated[int | None, typer.Option(help="the id of a pressure instead", min=1, max=LARGEST_ID)] = None,
    as_json: AsJson = False,
) -> None:
    """Say why NAME was told of a shift or was not: what was decided then, and what its wishes say by now."""
    if (shift is None) is (pressure is None):
        raise UserMistake("name either a shift or, with --pressure, a pressure")
    with reading()() as session:
        standing = subscription_named(session, name)
        if shift is not None:
            found = explain(session, name, shift, now=utc_now())
        else:
            found = explain_warning(session, name, pressure or 0, now=utc_now())
    if as_json:
        typer.echo(as_json_lines([lines.explanation_line(standing, found)]), nl=False)
        return
    show(*lines.explanation_story(standing, found))


@app.command()
def ask(name: Name) -> None:
    """Ask the address of NAME once more whether it wants mail; nothing else is sent to it before it says yes."""
    with writing()() as tx:
        ask_again(tx.session, name, now=utc_now())
    typer.echo(f"the address of '{name}' is asked once more")


@app.command()
def wake(name: Name) -> None:
    """Call a webhook again that was switched off because it failed for too long or said that it is gone."""
    with writing()() as tx:
        address = _webhook_switched_off(tx.session, name)
        enable_endpoint(tx.session, subscription_named(tx.session, name).who.subscription_id, address)
    replay = f"stancewatch deliveries replay --subscription '{name}' --since DAY"
    typer.echo(f"the webhook of '{name}' is called again; what it missed is sent by: {replay}")


for by_hand in (subscribing.add, subscribing.pause, subscribing.end, subscribing.rotate):
    app.command()(by_hand)


def _wished(file: Path, name: str) -> Wishes:
    """Read what a watchlist wishes for one subscription."""
    wish = next((one for one in read_watchlist(file).subscriptions if one.name == name), None)
    if wish is None:
        raise UserMistake(f"{file}: names no subscription '{name}'")
    return _asked_for(wish)


def _asked_for(wish: SubscriptionWish) -> Wishes:
    return Wishes(
        figures=wish.figures,
        issues=wish.issues,
        kinds=wish.kinds,
        outlets=wish.outlets,
        minimum_confidence=wish.minimum_confidence,
        own_words_only=wish.own_words_only,
    )


def _left_out(standing: Standing, came: Sequence[Rehearsed]) -> list[lines.Line]:
    tested = {one.channel for one in came}
    return [
        {"type": "test", "channel": channel.value, "outcome": "not sent", "detail": closed}
        for channel, _, closed in standing.ways
        if channel not in tested
    ]


def _webhook_switched_off(session: Session, name: str) -> str:
    for channel, address, closed in subscription_named(session, name).ways:
        if channel is ChannelKind.WEBHOOK and closed:
            return address
    raise UserMistake(f"no webhook of '{name}' is switched off; `stancewatch subscriptions list` says how it stands")

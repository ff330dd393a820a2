"""`stancewatch feeds log`: every request for a feed, and what its articles came to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, or_, select

from services.api.census import Census, PollLine, census, feed_log
from shared.clock import iso_z, utc_now
from shared.failures import UserMistake
from shared.tables import Feed, FeedHub
from stancewatch.output import as_json_lines, printable, show, table
from stancewatch.store import reading

MOST = 500


def log(
    feed: Annotated[str, typer.Argument(help="the feed's id or address", metavar="FEED")],
    most: Annotated[int, typer.Option("--most", "-n", help="how many requests to show", min=1, max=MOST)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON Lines")] = False,
) -> None:
    """Show when a feed was asked, what came, how many entries were new, and why not."""
    with reading()() as session:
        found = _feed(session, feed)
        lines = feed_log(session, found.id or 0, most=most)
        tally = census(session, feed_id=found.id)
        hub = session.get(FeedHub, found.id)
    if as_json:
        hubs = [hub_line(hub)] if hub else []
        typer.echo(as_json_lines([*map(_line, lines), *hubs, counts_line(tally)]), nl=False)
        return
    columns = ("asked", "outcome", "entries", "new", "gap", "detail")
    show(table(f"Log of {found.url}", columns, map(_row, lines)) if lines else f"{found.url} was not asked yet")
    typer.echo(printable("\n".join([*([hub_story(hub, now=utc_now())] if hub else []), *counts_story(tally)])))


def hub_story(hub: FeedHub, *, now: datetime) -> str:
    """Tell in a line whether a feed's hub pushes its news, and why not."""
    if hub.expires_at is not None and hub.expires_at > now:
        last = f", last on {hub.delivered_at:%Y-%m-%d %H:%M}" if hub.delivered_at else ", nothing yet"
        return f"{hub.hub} pushes its news until {hub.expires_at:%Y-%m-%d %H:%M}{last}"
    why_not = hub.detail or ("asked, not yet confirmed" if hub.asked_for else "STANCEWATCH_WEBSUB_URL is not set")
    return f"{hub.hub} does not push its news: {why_not}"


def hub_line(hub: FeedHub) -> dict[str, Any]:
    """Write the same for programs."""
    moments = {"pushes_until": hub.expires_at, "pushed_at": hub.delivered_at}
    written = {name: iso_z(moment) if moment else None for name, moment in moments.items()}
    return {"type": "hub", "hub": hub.hub, **written, "failures": hub.failures, "detail": hub.detail}


def counts_story(tally: Census) -> Iterator[str]:
    """Tell what articles came to, in a few lines."""
    parts = (f"{tally.history} of them history", f"{tally.revised} revised", f"{tally.unreadable} entries unreadable")
    yield f"{tally.articles} articles, {', '.join(parts)}, {tally.waiting} waiting"
    for name, counted in (
        ("languages", tally.languages),
        ("pages", tally.pages),
        ("texts by", tally.methods),
        ("dates from", tally.dates),
    ):
        if counted:
            told = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
            yield f"{name}: {', '.join(f'{count} {value}' for value, count in told)}"
    if tally.not_tagged:
        yield f"{tally.not_tagged} articles are in a language that is not read for statements"


def counts_line(tally: Census) -> dict[str, Any]:
    """Write the same for programs."""
    numbers = {name: getattr(tally, name) for name in ("articles", "history", "revised", "not_tagged", "unreadable")}
    named = {name: dict(getattr(tally, name)) for name in ("languages", "pages", "methods", "dates")}
    return {"type": "counts", **numbers, "waiting": tally.waiting, **named}


def _feed(session: Session, named: str) -> Feed:
    number = int(named) if named.isascii() and named.isdecimal() and len(named) < 19 else 0
    found = session.exec(
        select(Feed).where(or_(col(Feed.id) == number, col(Feed.url) == named, col(Feed.first_url) == named))
    ).first()
    if found is None:
        raise UserMistake(f"there is no feed '{named}'; `stancewatch feeds list` shows them")
    return found


def _line(one: PollLine) -> dict[str, Any]:
    counted = {"entries": one.entries, "new": one.new, "gap": one.gap}
    return {"type": "poll", "at": iso_z(one.at), "outcome": one.outcome.value, **counted, "detail": one.detail}


def _row(one: PollLine) -> tuple[str, ...]:
    counted = (str(one.entries), str(one.new), "suspected" if one.gap else "")
    return (f"{one.at:%Y-%m-%d %H:%M}", one.outcome.value, *counted, one.detail)

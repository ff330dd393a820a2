"""`stancewatch feeds`: the feeds that are asked, and how each stands."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from services.api.watchlist import feed_wish
from services.api.wishes import add_feed
from services.ingest.opml import OpmlFeed, read_opml, write_opml
from shared.clock import iso_z, utc_now
from shared.failures import UserMistake
from shared.tables import Feed, FeedPoll
from stancewatch.feed_log import log
from stancewatch.output import as_json_lines, show, table
from stancewatch.store import reading, writing

app = typer.Typer(no_args_is_help=True, help="The feeds that are asked for news.")
AsJson = Annotated[bool, typer.Option("--json", help="print JSON Lines")]
app.command()(log)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="the feed's address", metavar="URL")],
    name: Annotated[str, typer.Option(help="the outlet's name; by default the feed's own title")] = "",
) -> None:
    """Add a feed; the first poll follows at once."""
    wish = feed_wish(url, name)
    with writing()() as tx:
        changes = add_feed(tx, wish, now=utc_now())
    typer.echo(f"{changes[0].what} {wish.url}" if changes else f"{wish.url} is known already")


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List the feeds with the outcome of their last poll."""
    with reading()() as session:
        found = _feeds(session)
    if as_json:
        typer.echo(as_json_lines(_line(feed, poll) for feed, poll in found), nl=False)
        return
    columns = ("id", "feed", "last asked", "outcome", "next", "detail")
    rows = (_row(feed, poll) for feed, poll in found)
    show(table("Feeds", columns, rows) if found else "no feeds yet; add one: stancewatch feeds add URL")


@app.command("import")
def import_command(file: Annotated[Path, typer.Argument(help="an OPML file", metavar="FILE")]) -> None:
    """Add every feed of an OPML file, all of them or none."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise UserMistake(f"{file}: cannot be read ({error.strerror})") from error
    wishes = [feed_wish(one.url, one.name) for one in _opml(body, source=str(file))]
    with writing()() as tx:
        changes = [change for wish in wishes for change in add_feed(tx, wish, now=utc_now())]
    typer.echo(f"{file}: {len(wishes)} feeds, {sum(change.what == 'added' for change in changes)} of them new")


@app.command("export")
def export_command() -> None:
    """Write the feeds as OPML to standard output."""
    with reading()() as session:
        feeds = [OpmlFeed(url=feed.url, name=feed.name) for feed, _ in _feeds(session) if feed.active]
    sys.stdout.write(write_opml(feeds).decode("utf-8") + "\n")


def _opml(body: bytes, *, source: str) -> tuple[OpmlFeed, ...]:
    try:
        return read_opml(body)
    except UserMistake as mistake:
        raise UserMistake(f"{source}: {mistake}") from mistake


def _feeds(session: Session) -> Sequence[tuple[Feed, FeedPoll]]:
    return session.exec(select(Feed, FeedPoll).join(FeedPoll).order_by(col(Feed.id))).all()


def _line(feed: Feed, poll: FeedPoll) -> dict[str, Any]:
    return {
        "type": "feed",
        "id": feed.id,
        "url": feed.url,
        "name": feed.name,
        "active": feed.active,
        "polled_at": iso_z(poll.polled_at) if poll.polled_at else None,
        "outcome": poll.outcome.value if poll.outcome else None,
        "detail": poll.detail,
        "failures": poll.failures,
        "next_poll_at": iso_z(poll.next_poll_at),
    }


def _row(feed: Feed, poll: FeedPoll) -> tuple[str, ...]:
    asked = f"{poll.polled_at:%Y-%m-%d %H:%M}" if poll.polled_at else "not yet"
    outcome = poll.outcome.value if poll.outcome else ""
    place = f"{feed.name}\n{feed.url}" if feed.name else feed.url
    return str(feed.id), place, asked, outcome, f"{poll.next_poll_at:%Y-%m-%d %H:%M}", poll.detail

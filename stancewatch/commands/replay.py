"""`stancewatch replay`: recorded articles through the same code as the services, for people and for tests."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.api.watchlist import read_watchlist
from shared.database import create_database
from shared.failures import UserMistake
from shared.sealing import new_key, using_key
from stancewatch.ledger import ledger_lines
from stancewatch.output import as_json_lines, show
from stancewatch.replaying import Recording, Replayed, replay_here
from stancewatch.replaying_live import replay_live
from stancewatch.story import ledger_story

LIVE_PATIENCE_SECONDS = 3600


def replay(
    path: Annotated[
        Path, typer.Argument(help="a feed (RSS, Atom, JSON Feed) or JSON Lines, an article a line", metavar="PATH")
    ],
    watchlist: Annotated[Path, typer.Option(help="what to watch", metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON Lines: statements, shifts, alerts")] = False,
    everything: Annotated[bool, typer.Option("--all", help="with --json: every actor and attribution too")] = False,
    database: Annotated[str | None, typer.Option(help="keep the result in this database", metavar="URL")] = None,
    live: Annotated[bool, typer.Option("--live", help="through the running system, which really sends")] = False,
    chat: Annotated[
        bool, typer.Option("--chat", help="with second opinions from the chat endpoint of the settings")
    ] = False,
) -> int:
    """Run articles through the whole pipeline and print what comes out; nothing is sent unless --live is given."""
    if everything and (live or not as_json):
        raise UserMistake(
            "--all goes with --json and without --live: only a replay in this process sees every attribution"
        )
    if chat and live:
        raise UserMistake("--chat goes without --live: the running system asks whom its own settings name")
    recording = Recording(path, read_watchlist(watchlist), everything=everything, with_chat=chat)
    with _database(database, live=live) as url:
        replayed = _run(recording, url, live=live)
    if as_json:
        sys.stdout.write(as_json_lines((*ledger_lines(replayed.ledger), *replayed.everything)))
    else:
        show(*ledger_story(replayed.ledger))
    return 0


def _run(recording: Recording, url: str | None, *, live: bool) -> Replayed:
    console = Console(stderr=True)
    with console.status("replaying ...") as status:
        if live:
            return replay_live(recording, url, patience=LIVE_PATIENCE_SECONDS, say=status.update)
        assert url is not None
        return replay_here(recording, url)


@contextmanager
def _database(url: str | None, *, live: bool) -> Iterator[str | None]:
    """Yield the database that was named, the system's own when live, else one that is gone afterwards."""
    if url is not None:
        create_database(url).dispose()  # a wrong address is the user's mistake, said before any work
        yield url
    elif live:
        yield None
    else:
        with tempfile.TemporaryDirectory(prefix="stancewatch-replay-") as folder, using_key(new_key()):
            yield f"sqlite:///{Path(folder) / 'replay.db'}"

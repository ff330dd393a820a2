"""`stancewatch up`: the whole system on this machine, until it is told to stop."""

import time
from pathlib import Path
from typing import Annotated

import typer

from services.api.watchlist import read_watchlist
from services.api.wishes import apply_watchlist
from shared.clock import utc_now
from shared.settings import settings
from stancewatch.first_token import first_token_line
from stancewatch.stopping import Asked, asked_to_stop
from stancewatch.store import writing
from stancewatch.supervisor import fallen, last_line, start
from stancewatch.system import System, running_system

MOST_RESTARTS, WITHIN_SECONDS = 5, 60


def up(
    watchlist: Annotated[Path | None, typer.Option(help="apply this watchlist first", metavar="FILE")] = None,
) -> int:
    """Run broker, workers, scheduler and API on this machine until Ctrl-C; the data is kept between runs."""
    wishes = read_watchlist(watchlist) if watchlist else None
    current = settings()
    asked = asked_to_stop()
    with running_system(current, host=current.api_host, port=current.api_port) as system:
        if wishes:
            with writing()() as tx:
                changes = apply_watchlist(tx, wishes, vouched=current.vouched_addresses, now=utc_now())
            typer.echo(f"{watchlist}: {len(changes)} changes")
        if line := first_token_line(writing()):
            typer.echo(line)
        typer.echo(f"stancewatch is up: http://{current.api_host}:{current.api_port}/ (Ctrl-C stops it)")
        typer.echo(f"data: {current.data_dir}    logs: {current.data_dir / 'logs'}")
        return _watch(system, asked)


def _watch(system: System, asked: Asked) -> int:
    """Start again what falls, but not for ever: a program that keeps falling ends the whole, and says why."""
    restarts: list[float] = []
    while not asked.wait(0.5):
        one = fallen(system.running)
        if one is None:
            continue
        restarts = [*(moment for moment in restarts if time.monotonic() - moment < WITHIN_SECONDS), time.monotonic()]
        if len(restarts) > MOST_RESTARTS:
            typer.echo(
                f"stancewatch: {one.program.name} keeps stopping ({last_line(one.log)}); see {one.log}", err=True
            )
            return 1
        typer.echo(f"{one.program.name} stopped with code {one.process.returncode}; starting it again", err=True)
        system.running[system.running.index(one)] = start(one.program, system.place)
    return 0

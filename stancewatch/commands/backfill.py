"""`stancewatch backfill`: read the stored articles again, after the watchlist grew; nothing is fetched."""

import typer
from rich.progress import Progress

from services.extract.handlers import backfill as ask_again
from stancewatch.store import writing

STEP = 200  # articles in one transaction: short enough that the workers go on beside it


def backfill() -> None:
    """Have the running workers read every stored article again; what nothing changed for is passed over."""
    begin = writing()
    last, total = 0, 0
    with Progress(transient=True) as progress:
        task = progress.add_task("asking for another reading", total=None)
        while (asked := ask_again(last, begin=begin, most=STEP)).articles:
            last, total = asked.last_article_id, total + asked.articles
            progress.update(task, advance=asked.articles)
    typer.echo(f"{total} articles will be read again; `stancewatch doctor` says when nothing is left to do")

"""`stancewatch articles`: take an article out of the record, or put it back."""

from typing import Annotated

import typer

from services.api.removals import remove_article, restore_article
from shared.clock import utc_now
from stancewatch.store import writing

app = typer.Typer(no_args_is_help=True, help="Take an article out of the record, or put it back.")
Url = Annotated[str, typer.Argument(help="the article's address", metavar="URL")]


@app.command()
def remove(
    url: Url, why: Annotated[str, typer.Option(help="why it does not count any more; kept beside the tombstone")]
) -> None:
    """Let an article count no more: its timelines are read again, and who was told of a shift that falls hears it."""
    with writing()() as tx:
        remove_article(tx, url, why=why, now=utc_now())
    typer.echo(f"removed {url}; its timelines are read again, and no poll brings it back")


@app.command()
def restore(url: Url) -> None:
    """Put a removed article back; it is read again."""
    with writing()() as tx:
        restore_article(tx, url)
    typer.echo(f"{url} counts again as soon as it is read")

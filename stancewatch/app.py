"""The command `stancewatch`: its subcommands in a line each; the file of one is loaded when it is called.

Loading all of them takes seconds, and an installation for one service has not the packages of the others.
"""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from shared.failures import UserMistake

COMMANDS = {
    "demo": "Replay the seed articles through the real services and show what was found and delivered.",
    "up": "Run broker, workers, scheduler and API on this machine until Ctrl-C.",
    "replay": "Run articles through the whole pipeline and print what comes out.",
    "stance": "Say whether a text shows favor, against, mixed or none toward a target.",
    "explain": "Say why a figure's timeline on an issue shows what it shows.",
    "verdict": "Say that a statement or a shift was read right or wrong; list what was said, and the precision.",
    "articles": "Take an article out of the record, or put it back.",
    "figures": "Merge two figures that are one.",
    "backfill": "Read the stored articles again after the watchlist grew.",
    "evaluate": "Measure how right the readings are, on labelled data.",
    "doctor": "Check settings, database, broker, workers, language model and mail.",
    "alerts": "List alerts, the newest first, with the state of their deliveries.",
    "watchlist": "What is watched: figures, issues, feeds and subscriptions, as one YAML file.",
    "feeds": "The feeds that are asked for news.",
    "subscriptions": "Who is told of what: list, add, preview, test, ask why, pause, end.",
    "deliveries": "Copies of alerts by e-mail, webhook and chat: list them, try one again, replay what was missed.",
    "bounces": "Mail that came back: read the reports, list the mailboxes, lift a ban.",
    "tokens": "Who may ask the HTTP API: make, list and revoke tokens.",
    "openapi": "Print the description of the HTTP API (OpenAPI).",
    "db": "Create the database's tables or bring them up to date.",
}
OURS = ("stancewatch", "services", "shared")


class OnDemand(TyperGroup):
    """Lists commands without loading them."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command that was called and load it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(str(name)), rest


app = typer.Typer(
    name="stancewatch",
    cls=OnDemand,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Watch the news for changes of position: who said what, when, and where it turned.",
)


def load(name: str) -> Any:
    """Return a command from its file in `commands/`: a group named `app`, or one function of the same name."""
    try:
        module = import_module(f"stancewatch.commands.{name}")
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package in OURS:
            raise
        raise UserMistake(f"`{name}` needs the package {package}; install stancewatch[all]") from missing
    if hasattr(module, "app"):
        return get_group(module.app)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(getattr(module, name))
    return get_command(alone)


def _list() -> None:
    for name, sentence in COMMANDS.items():
        app.command(name, help=sentence)(_listed)


def _listed() -> None:
    """Stand in the list for a command that is not loaded."""


_list()

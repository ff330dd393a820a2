"""`stancewatch demo`: the main job from nothing, on real sockets, told as a story."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shared.database import create_database
from shared.failures import UserMistake
from shared.transaction import transactions
from stancewatch.demo_run import Demo, Outcome, Seeds, run_demo
from stancewatch.demo_story import tell
from stancewatch.first_token import first_token_line
from stancewatch.mail_sink import MailSink
from stancewatch.sinks import SeedOrigin, WebhookSink
from stancewatch.stopping import Stopped, asked_to_stop

SEEDS = Path(__file__).parents[2] / "seeds"


def demo(
    seeds: Annotated[Path, typer.Option(help="the folder with feed.xml and watchlist.yaml", metavar="DIR")] = SEEDS,
    keep: Annotated[Path | None, typer.Option(help="keep database, mail and logs here", metavar="DIR")] = None,
    patience: Annotated[float, typer.Option(help="seconds to wait for the alert")] = 120,
    stay: Annotated[
        bool, typer.Option("--stay", help="keep everything running to look at the pages, until Ctrl-C")
    ] = False,
) -> int:
    """Replay the seed articles through the real services and show what was found and what was delivered."""
    material = read_seeds(seeds)
    home = (keep or Path(tempfile.mkdtemp(prefix="stancewatch-demo-"))).absolute()
    console = Console()
    asked = asked_to_stop()
    with ExitStack() as stack:
        secret: list[str] = []
        setting = Demo(
            home=home,
            seeds=material,
            origin=stack.enter_context(SeedOrigin(material.feed)),
            mail=stack.enter_context(MailSink()),
            hook=stack.enter_context(WebhookSink(secret=lambda: "".join(secret))),
            secret=secret,
            asked=asked,
        )
        with console.status("starting broker, workers, scheduler and API ...") as status:

            def look(outcome: Outcome, address: str) -> None:
                status.stop()
                tell(outcome, console)
                if stay:
                    _stay(setting, address, console)

            try:
                outcome = run_demo(setting, patience=patience, say=status.update, stay=look)
            except Stopped:
                console.print(f"What there was until the stop is in {home}", soft_wrap=True)
                raise
    return 0 if outcome.complete else 1


def _stay(setting: Demo, address: str, console: Console) -> None:
    console.print(f"The pages are at {address}/ until Ctrl-C.")
    database = create_database(f"sqlite:///{setting.home / 'stancewatch.db'}")
    console.print(first_token_line(transactions(database, lambda _: None)), soft_wrap=True)
    database.dispose()
    setting.asked.wait()


def read_seeds(folder: Path) -> Seeds:
    """Read what the demo replays."""
    try:
        return Seeds((folder / "feed.xml").read_bytes(), folder / "watchlist.yaml")
    except OSError as error:
        raise UserMistake(
            f"{folder}: no seeds here ({error.strerror}); run in a checkout, or give --seeds DIR"
        ) from error

"""The demo's outcome for a person: what was found, what was delivered, and where to look."""

from rich.console import Console
from rich.text import Text

from stancewatch.demo_run import Outcome
from stancewatch.output import printable
from stancewatch.story import heading, ledger_story


def tell(outcome: Outcome, console: Console) -> None:
    """Print what happened, in the order in which it happened."""
    console.print(*ledger_story(outcome.ledger), sep="\n")
    verified = sum(call.verified is True for call in outcome.calls)
    console.print(heading("What arrived"))
    console.print(f"{outcome.mails} mail over SMTP, {verified} webhook with a right signature")
    console.print(heading("Where to look"))
    for path in (*outcome.kept, outcome.home / "stancewatch.db", outcome.home / "logs"):
        console.print(Text(printable(str(path))), soft_wrap=True)
    console.print("the pages: stancewatch demo --stay")
    console.print()
    if outcome.complete:
        console.print(f"[bold green]Done[/] in {outcome.seconds:.0f} s: every alert arrived once.", highlight=False)
    else:
        console.print(f"[bold red]Not finished[/] after {outcome.seconds:.0f} s:", Text(printable(outcome.problem)))

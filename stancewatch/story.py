"""What was found, told to a person: statements with their quotes, shifts with both sides, alerts."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from services.api.views import AlertView, EvidenceView, ShiftView, StatementView
from shared.vocabulary import Stance
from stancewatch.ledger import Ledger
from stancewatch.output import printable

COLOURS = {Stance.FAVOR: "green", Stance.AGAINST: "red", Stance.MIXED: "yellow", Stance.NONE: "dim"}


def ledger_story(ledger: Ledger) -> Iterator[RenderableType]:
    """Yield the parts of the story in the order in which they happened."""
    watched = [one for one in ledger.statements if one.figure is not None]
    rest = len(ledger.statements) - len(watched)
    yield heading(f"Where the watched figures stand ({len(watched)} statements; {rest} more of others)")
    yield from statements_story(watched)
    yield heading(f"Changes of position ({len(ledger.shifts)})")
    yield from map(shift_panel, ledger.shifts)
    yield heading(f"Alerts ({len(ledger.alerts)})")
    yield from alerts_story(ledger.alerts)


def heading(title: str) -> Text:
    """Return a heading."""
    return Text(f"\n{title}", style="bold")


def statements_story(statements: Iterable[StatementView]) -> Iterator[RenderableType]:
    """Yield each article with the statements found in it, each with the words that show it."""
    for (published, outlet, title, url), found in groupby(statements, key=_article):
        yield Text(printable(f"{published:%d %B %Y}, {outlet}: {title}"), style="bold")
        yield Text(printable(f"  {url}"), style="dim")
        yield from (Padding(_statement(one), (0, 0, 0, 2)) for one in found)


def shift_panel(shift: ShiftView) -> Panel:
    """Return a change of position with both quotes, both dates, both links."""
    turn = Text.assemble(
        (printable(shift.figure_name), "bold"),
        printable(f" on {shift.issue_name}: "),
        (shift.from_stance.value, COLOURS[shift.from_stance]),
        " -> ",
        (shift.to_stance.value, COLOURS[shift.to_stance]),
        f" ({shift.kind.value})",
    )
    why = Text(printable(f"{shift.confidence:.2f} sure: {shift.reason}"), style="dim")
    parts = (turn, why, Text(), *_side("Before", shift.before), Text(), *_side("After", shift.after))
    return Panel(Group(*parts), padding=(0, 1))


def alerts_story(alerts: Iterable[AlertView]) -> Iterator[Text]:
    """Yield a line for each copy of each alert: who was told of what, how, and whether it arrived."""
    for alert in alerts:
        about = f"{alert.shift.figure_name} on {alert.shift.issue_name} ({alert.shift.kind.value})"
        for copy in alert.deliveries:
            tries = f"{copy.attempts} {'try' if copy.attempts == 1 else 'tries'}"
            yield Text.assemble(
                (printable(alert.subscription), "bold"),
                printable(f": {about}, by {copy.channel.value}: {copy.state.value} after {tries}"),
            )


def _article(one: StatementView) -> tuple[object, ...]:
    return one.published, one.outlet, one.title, one.article


def _statement(one: StatementView) -> Text:
    whose = "own words" if one.own_words else "as reported"
    return Text.assemble(
        (printable(one.actor), "bold"),
        printable(f" on {one.issue}: "),
        (one.stance.value, COLOURS[one.stance]),
        (f" ({whose}, {one.confidence:.2f} sure)  ", "dim"),
        (printable(" ".join(one.evidence.split())), "italic"),
    )


def _side(name: str, side: EvidenceView) -> tuple[Text, ...]:
    return (
        Text(printable(f"{name}: {side.published:%d %B %Y}, {side.outlet}"), style="bold"),
        Text(printable(" ".join(side.evidence.split())), style="italic"),
        Text(printable(side.article), style="dim"),
    )

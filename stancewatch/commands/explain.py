"""`stancewatch explain`: why a figure's timeline on an issue shows what it shows, and why nothing else."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.text import Text

from services.api.queries import figure_by_id, issue_by_id
from services.extract.explain import Explanation, Step
from services.extract.positions import Held, NotEnoughEvidence, Position
from services.extract.queries import Topic
from services.extract.reviewing import explain_topic
from services.extract.shifts import STANDARD_RULES, ShiftDraft
from shared.clock import iso_z
from shared.failures import UserMistake
from shared.transaction import Read
from stancewatch.output import as_json_lines, printable, show
from stancewatch.store import reading
from stancewatch.story import heading


def explain(
    figure: Annotated[str, typer.Argument(help="the figure's id", metavar="FIGURE")],
    issue: Annotated[str, typer.Argument(help="the issue's id", metavar="ISSUE")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON Lines")] = False,
) -> None:
    """Print the timeline with its weights, each turn with its reason, and what does not count and why."""
    read = reading()
    _check(read, figure, issue)
    found = explain_topic(Topic(figure, issue), read=read, rules=STANDARD_RULES)
    if as_json:
        typer.echo(as_json_lines(_lines(found)), nl=False)
    else:
        show(*_story(found))


def _check(read: Read, figure: str, issue: str) -> None:
    with read() as session:
        if figure_by_id(session, figure) is None:
            raise UserMistake(f"there is no figure '{figure}'; the watchlist has their ids")
        if issue_by_id(session, issue) is None:
            raise UserMistake(f"there is no issue '{issue}'; the watchlist has their ids")


def _story(found: Explanation) -> Iterator[Text]:
    yield heading(f"Position: {_position(found.position)}")
    needed = f"{found.burden:.2f} nats of evidence make a turn, {found.burden_of_the_latest:.2f} the latest one"
    yield Text(f"{needed}; {len(found.left_out)} statements do not count", style="dim")
    for step in found.steps:
        yield _step_story(step)
    yield heading(f"Turns ({len(found.changes)})")
    for change in found.changes:
        yield Text(printable(_change(change)))


def _step_story(step: Step) -> Text:
    one = step.testimony
    return Text.assemble(
        (f"{one.published_at:%d %B %Y}", "bold"),
        f"  {one.stance.value} (weight {one.weight:.2f}): {step.part.value.replace('_', ' ')};",
        f" position then {step.held.value}  ",
        (printable(one.article_url), "dim"),
    )


def _position(position: Position) -> str:
    match position:
        case Held(stance, support):
            return f"{stance.value} (support {support:.2f} nats)"
        case NotEnoughEvidence(leaning, support):
            return f"not enough evidence (leaning {leaning.value}, support {support:.2f} nats)"
        case _:
            return "unknown: no statement yet"


def _change(change: ShiftDraft) -> str:
    turn = f"{change.at:%d %B %Y}  {change.before.stance.value} -> {change.after.stance.value} ({change.kind.value})"
    waits = "; waits for more evidence, nobody is told yet" if change.pending else ""
    return f"{turn}, {change.confidence:.2f} sure, by {change.reason.value.replace('_', ' ')}{waits}"


def _lines(found: Explanation) -> Iterator[dict[str, Any]]:
    for step in found.steps:
        one = step.testimony
        when = {"article": one.article_url, "published": iso_z(one.published_at), "stance": one.stance.value}
        yield {"type": "step", **when, "weight": round(one.weight, 4), "part": step.part.value, "held": step.held.value}
    for omission in found.left_out:
        yield {"type": "left_out", "statement": omission.statement_id, "reason": omission.reason.value}
    for change in found.changes:
        sides = {"from": change.before.stance.value, "to": change.after.stance.value, "kind": change.kind.value}
        why = {"confidence": round(change.confidence, 4), "reason": change.reason.value, "pending": change.pending}
        yield {"type": "turn", "article": change.article_url, "at": iso_z(change.at), **sides, **why}
    yield {"type": "position", "position": _position(found.position)}

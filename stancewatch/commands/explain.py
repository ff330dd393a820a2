"""`stancewatch explain`: why a figure's timeline on an issue shows what it shows, and why nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from services.api.queries import figure_by_id, issue_by_id
from services.extract.explain import Explanation, Step
from services.extract.positions import Held, NotEnoughEvidence, Position
from services.extract.queries import Topic
from services.extract.reviewing import explain_topic
from services.extract.shifts import STANDARD_RULES, ShiftDraft
from services.extract.silence import why_silent
from shared.clock import iso_z
from shared.failures import UserMistake
from shared.transaction import Read
from shared.vocabulary import ShiftBasis
from stancewatch.explaining_readers import reader_lines, readers_of, readers_story
from stancewatch.output import as_json_lines, printable, show
from stancewatch.store import reading
from stancewatch.story import heading

DAY = ["%Y-%m-%d"]
EVER, NEVER = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Range:
    """From one day up to another, which is left out."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return self.since <= moment < self.until


def explain(
    figure: Annotated[str, typer.Argument(help="the figure's id", metavar="FIGURE")],
    issue: Annotated[str, typer.Argument(help="the issue's id", metavar="ISSUE")],
    since: Annotated[datetime | None, typer.Option(formats=DAY, help="why no alert from this day on")] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY, help="why no alert before this day")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON Lines")] = False,
) -> None:
    """Print the timeline with its weights, the position after each statement, and each turn with its reason.

    With --since or --until it says of every article between them why it raised no alert.
    """
    read = reading()
    _check(read, figure, issue)
    found = explain_topic(Topic(figure, issue), read=read, rules=STANDARD_RULES)
    asked = since is not None or until is not None
    between = Range(_utc(since) or EVER, _utc(until) or NEVER)
    readers = readers_of(read, found)
    if as_json:
        lines = (*_lines(found), *reader_lines(readers), *(_silence_lines(found, between) if asked else ()))
        typer.echo(as_json_lines(lines), nl=False)
    else:
        show(*_story(found), *readers_story(readers), *(_silence_story(found, between) if asked else ()))


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None


def _silence_story(found: Explanation, between: Range) -> Iterator[Text]:
    silences = [one for one in why_silent(found) if between.holds(one.at)]
    yield heading(f"Why no alert ({len(silences)})")
    if not silences:
        yield Text("nothing was said of it in these days")
    for one in silences:
        short = f" ({one.weight:.2f} nats of {one.needed:.2f})" if one.needed else ""
        why = f"{one.at:%d %B %Y}  {one.reason.value.replace('_', ' ')}{short}  "
        yield Text.assemble(why, (printable(one.article_url), "dim"))
    for change in found.changes:
        if between.holds(change.at) and not change.pending:
            yield Text(f"{change.at:%d %B %Y}  a turn; who heard of it: stancewatch subscriptions why NAME SHIFT")


def _silence_lines(found: Explanation, between: Range) -> Iterator[dict[str, Any]]:
    for one in why_silent(found):
        if between.holds(one.at):
            weighed = {"weight": one.weight, "needed": one.needed}
            yield {
                "type": "no_alert",
                "article": one.article_url,
                "at": iso_z(one.at),
                "reason": one.reason.value,
                **weighed,
            }


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
        f" position then {_stance(step.known_then)}, by now {step.held.value};",
        f" statement {one.shown_by.statement_id}  ",
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


def _stance(position: Position) -> str:
    return position.stance.value if isinstance(position, Held) else "unknown"


def _change(change: ShiftDraft) -> str:
    turn = f"{change.at:%d %B %Y}  {change.before.stance.value} -> {change.after.stance.value} ({change.kind.value})"
    waits = "; waits for more evidence, nobody is told yet" if change.pending else ""
    waits += "; the press says so, no quote shows it" if change.basis is ShiftBasis.REPORTED else ""
    return f"{turn}, {change.confidence:.2f} sure, by {change.reason.value.replace('_', ' ')}{waits}"


def _lines(found: Explanation) -> Iterator[dict[str, Any]]:
    for step in found.steps:
        one = step.testimony
        when = {"article": one.article_url, "published": iso_z(one.published_at), "stance": one.stance.value}
        came_to = {"part": step.part.value, "held": step.held.value, "known_then": _stance(step.known_then)}
        yield {
            "type": "step",
            **when,
            "weight": round(one.weight, 4),
            **came_to,
            "statement": one.shown_by.statement_id,
        }
    for omission in found.left_out:
        yield {"type": "left_out", "statement": omission.statement_id, "reason": omission.reason.value}
    for change in found.changes:
        sides = {"from": change.before.stance.value, "to": change.after.stance.value, "kind": change.kind.value}
        why = {"confidence": round(change.confidence, 4), "reason": change.reason.value, "pending": change.pending}
        why |= {"basis": change.basis.value}
        yield {"type": "turn", "article": change.article_url, "at": iso_z(change.at), **sides, **why}
    yield {"type": "position", "position": _position(found.position)}

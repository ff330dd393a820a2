"""`stancewatch verdict`: people say what was read right and what was not."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from services.api.precision import Precision, VerdictView, confirmed_by_people, verdicts
from services.api.verdicts import Opinion, decide_shift, decide_statement, undo_shift, undo_statement
from shared.clock import iso_z, utc_now
from shared.vocabulary import Decision
from stancewatch.output import as_json_lines, show, table
from stancewatch.store import reading, writing

app = typer.Typer(no_args_is_help=True, help="Say that a statement or a shift was read right or wrong.")


class Subject(StrEnum):
    """What a verdict is about."""

    STATEMENT = "statement"
    SHIFT = "shift"


Number = Annotated[int, typer.Argument(help="its number, as `explain` names it", metavar="ID", min=1)]
Said = Annotated[Decision, typer.Argument(help="confirm or reject")]
By = Annotated[str, typer.Option(help="who says so")]
Why = Annotated[str, typer.Option(help="why, for those who read it later")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON Lines")]


@app.command()
def statement(number: Number, decision: Said, by: By, why: Why = "") -> None:
    """Say whether the words of a statement show that stance; a rejected one counts no more, read again or not."""
    with writing()() as tx:
        decide_statement(tx, number, Opinion(decision, by, why), now=utc_now())
    typer.echo(f"statement {number}: {decision} by {by}; its timeline is read again")


@app.command()
def shift(number: Number, decision: Said, by: By, why: Why = "") -> None:
    """Say whether two quotes show a change of position; a rejected pair never comes back, who was told hears of it."""
    with writing()() as tx:
        decide_shift(tx, number, Opinion(decision, by, why), now=utc_now())
    typer.echo(f"shift {number}: {decision} by {by}; its timeline is read again")


@app.command()
def undo(subject: Annotated[Subject, typer.Argument(help="statement or shift")], number: Number, by: By) -> None:
    """Take back what was said; who said it and who took it back is kept."""
    take_back = undo_statement if subject is Subject.STATEMENT else undo_shift
    with writing()() as tx:
        take_back(tx, number, by=by, now=utc_now())
    typer.echo(f"{subject} {number}: taken back by {by}; its timeline is read again")


@app.command(name="list")
def list_verdicts(
    most: Annotated[int, typer.Option(help="at most so many, the latest first", min=1)] = 50, as_json: AsJson = False
) -> None:
    """List what people said, and what they took back."""
    with reading()() as session:
        found = verdicts(session, most=most)
    if as_json:
        typer.echo(as_json_lines(map(_line, found)), nl=False)
        return
    columns = ("at", "what", "issue", "verdict", "by", "why", "taken back by")
    rows = [
        (f"{one.at:%Y-%m-%d %H:%M}", f"{one.what} {one.id}", one.issue, one.decision, one.by, one.why, one.undone_by)
        for one in found
    ]
    show(table("Verdicts", columns, rows) if rows else "nobody has confirmed or rejected anything yet")


@app.command()
def precision(as_json: AsJson = False) -> None:
    """Say how much people found right of what they looked at, overall and by issue."""
    with reading()() as session:
        found = confirmed_by_people(session)
    if as_json:
        typer.echo(as_json_lines(map(_share, found)), nl=False)
        return
    columns = ("what", "issue", "confirmed", "rejected", "precision")
    rows = [(one.what, one.issue or "all", str(one.confirmed), str(one.rejected), f"{one.share:.2f}") for one in found]
    show(table("Confirmed by people", columns, rows) if rows else "nobody has confirmed or rejected anything yet")


def _line(one: VerdictView) -> dict[str, Any]:
    said = {"verdict": one.decision.value, "by": one.by, "at": iso_z(one.at), "why": one.why}
    undone = {"undone_by": one.undone_by, "undone_at": iso_z(one.undone_at)} if one.undone_at else {}
    return {"type": "verdict", "of": one.what, "id": one.id, "issue": one.issue, **said, **undone}


def _share(one: Precision) -> dict[str, Any]:
    counts = {"confirmed": one.confirmed, "rejected": one.rejected, "precision": round(one.share, 4)}
    return {"type": "precision", "of": one.what, "issue": one.issue or None, **counts}

"""`stancewatch doctor`: what is well, what is not, and what to do about it."""

from typing import Annotated

import typer

from shared import handoffs
from shared.settings import settings
from stancewatch.checks import CHECKS
from stancewatch.findings import Finding, Health
from stancewatch.output import as_json_lines, printable
from stancewatch.store import writing

MARKS = {Health.GOOD: "ok  ", Health.NOTICE: "note", Health.BAD: "BAD "}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="print JSON Lines")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="first give what was set aside its tries anew")] = False,
) -> int:
    """Check settings, database, broker, workers, language model and mail; exit 1 if something is bad."""
    current = settings()
    if retry:
        with writing()() as tx:
            typer.echo(f"{handoffs.revive(tx.session)} pieces of work will be tried again", err=True)
    findings = [finding for check in CHECKS for finding in check(current)]
    if as_json:
        typer.echo(as_json_lines(map(_as_row, findings)), nl=False)
    else:
        for finding in findings:
            advice = f"\n       -> {finding.advice}" if finding.advice else ""
            typer.echo(printable(f"{MARKS[finding.health]} {finding.check}: {finding.seen}{advice}"))
    return int(any(finding.health is Health.BAD for finding in findings))


def _as_row(finding: Finding) -> dict[str, str]:
    return {
        "type": "finding",
        "check": finding.check,
        "health": finding.health.value,
        "seen": finding.seen,
        "advice": finding.advice,
    }

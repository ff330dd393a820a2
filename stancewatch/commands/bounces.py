"""`stancewatch bounces`: mail that came back, and how the mailboxes stand that it was for."""

import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from services.alert.dsn import Bounce, NotABounce, read_bounce
from services.alert.returned import MailboxRow, lift, mailboxes, take_back
from shared.clock import iso_z, utc_now
from shared.failures import UserMistake
from stancewatch.output import as_json_lines, show, table
from stancewatch.store import reading, writing

app = typer.Typer(no_args_is_help=True, help="Mail that came back: read the reports, list the mailboxes, lift a ban.")
AsJson = Annotated[bool, typer.Option("--json", help="print JSON Lines")]
Report = tuple[str, bytes]


@app.command()
def read(
    source: Annotated[str, typer.Argument(help="a report, an mbox, a Maildir, or - for standard input")],
    as_json: AsJson = False,
) -> None:
    """Note the delivery reports in SOURCE; a mail server may pipe each one to `stancewatch bounces read -`.

    New mail in a Maildir is marked as seen, so that reading it again reads what came since.
    """
    begin, now = writing(), utc_now()
    lines: list[dict[str, str | None]] = []
    for name, raw in _reports(source):
        match read_bounce(raw):
            case Bounce() as bounce:
                with begin() as tx:
                    taken = take_back(tx.session, bounce, now=now).value
                lines.append({"type": "bounce", "source": name, "status": bounce.status, "outcome": taken})
            case NotABounce(reason=reason):
                lines.append({"type": "bounce", "source": name, "status": None, "outcome": f"passed over: {reason}"})
    if as_json:
        typer.echo(as_json_lines(lines), nl=False)
        return
    for line in lines:
        typer.echo(f"{line['source']}: {line['status'] or ''} {line['outcome']}".replace(":  ", ": "))
    if not lines:
        typer.echo(f"{source}: nothing new")


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List the mailboxes that have bounced; those that are suppressed get no mail until that is lifted."""
    with reading()() as session:
        found = mailboxes(session)
    if as_json:
        rows = (
            {
                "type": "mailbox",
                "address": one.address,
                "score": one.score,
                "bounced_at": iso_z(one.bounced_at) if one.bounced_at else None,
                "suppressed_at": iso_z(one.suppressed_at) if one.suppressed_at else None,
                "reason": one.reason,
            }
            for one in found
        )
        typer.echo(as_json_lines(rows), nl=False)
        return
    told = ((one.address, f"{one.score:g}", f"{one.bounced_at:%Y-%m-%d}", _stands(one), one.reason) for one in found)
    columns = ("address", "score", "last", "stands", "why")
    show(table("Mailboxes that bounced", columns, told) if found else "no mail has come back")


@app.command("lift")
def lift_command(address: Annotated[str, typer.Argument(metavar="ADDRESS")]) -> None:
    """Write to ADDRESS again; what it missed is sent by `stancewatch deliveries replay`."""
    with writing()() as tx:
        lift(tx.session, address)
    typer.echo(f"{address} is written to again")


def _stands(one: MailboxRow) -> str:
    return "no more mail" if one.suppressed_at else "mail goes on"


def _reports(source: str) -> Iterator[Report]:
    if source == "-":
        yield "standard input", sys.stdin.buffer.read()
        return
    path = Path(source)
    try:
        if path.is_dir():
            yield from _of_maildir(path)
        elif path.read_bytes()[:5] == b"From ":
            for number, message in enumerate(mailbox.mbox(path, create=False), start=1):
                yield f"{source}:{number}", message.as_bytes()
        else:
            yield source, path.read_bytes()
    except (OSError, mailbox.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UserMistake(f"{source}: cannot be read ({reason}); name a file, an mbox, a Maildir or -") from error


def _of_maildir(path: Path) -> Iterator[Report]:
    if not (path / "new").is_dir() or not (path / "cur").is_dir():
        raise UserMistake(f"{path}: is no Maildir; it has no folders 'new' and 'cur'")
    for file in sorted((path / "new").iterdir()):
        yield str(file), file.read_bytes()
        file.rename(path / "cur" / f"{file.name}:2,S")

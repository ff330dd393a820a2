"""`stancewatch evaluate`: how right the readings are on labelled data, as a card that anyone can reproduce."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shared.failures import UserMistake
from shared.settings import settings
from stancewatch.output import as_json_lines, show, table

Row = tuple[str, str, str]


def evaluate(
    data: Annotated[
        Path, typer.Argument(help="the folder with storylines/, attribution/, stance/, passages/", metavar="DATA")
    ],
    only: Annotated[str, typer.Option(help="only data whose name holds this")] = "",
    most: Annotated[int, typer.Option(help="at most so many texts of each file of stances", min=1)] = 1_000_000,
    card: Annotated[Path | None, typer.Option(help="write the figures there as Markdown", metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON Lines")] = False,
    chat: Annotated[
        bool, typer.Option("--chat", help="the storylines also with the chat endpoint of the settings")
    ] = False,
) -> None:
    """Measure statements and shifts, attributions and the stance decision on every labelled file under DATA."""
    with Console(stderr=True).status("measuring ...") as status:
        rows: list[Row] = []
        for row in measured(data, only=only, most=most, with_chat=chat):
            rows.append(row)
            status.update(f"{row[0]}: {row[1]}")
    if not rows:
        raise UserMistake(f"{data}: no labelled data here; it holds storylines/, attribution/, stance/ or passages/")
    if card is not None:
        card.write_text(as_card(rows, data) + read_by_hand(card), encoding="utf-8")
    if as_json:
        names = ("data", "measure", "figure")
        typer.echo(as_json_lines({"type": "figure", **dict(zip(names, row, strict=True))} for row in rows), nl=False)
    else:
        show(table("Accuracy", ("data", "measure", "figure"), rows))


def measured(data: Path, *, only: str, most: int, with_chat: bool = False) -> Iterator[Row]:
    """Yield one row for each measure: data, measure, figure."""
    storylines = data / "storylines"
    if storylines.is_dir() and only in "storylines":
        yield from _storylines(storylines)
        if with_chat:
            yield from _storylines(storylines, with_chat=True)
    if storylines.is_dir() and only in "name-swap":
        yield from _swaps(storylines)
    for path in sorted((data / "attribution").glob("*_dev.jsonl")):
        if only in path.stem:
            yield from _attributions(path)
    for path in sorted((data / "stance").glob("*_dev.jsonl")):
        if only in f"stance/{path.stem}":
            yield from _stances(f"stance/{path.stem}", [path], most=most)
    passages = sorted((data / "passages").glob("*.jsonl"))
    if passages and only in "passages":
        yield from _stances("passages, the third set aside", passages, most=most)


def as_card(rows: list[Row], data: Path) -> str:
    """Write the figures as a Markdown page that says how they were made."""
    lines = "".join(f"| {name} | {measure} | {figure} |\n" for name, measure, figure in rows)
    return (
        "# Accuracy\n\n"
        f"Made by `stancewatch evaluate {data.name} --card FILE`; the data is not part of this project.\n\n"
        f"| data | measure | figure |\n|---|---|---|\n{lines}"
    )


def read_by_hand(card: Path) -> str:
    """What people wrote into an earlier card: everything from the first heading below the figures on."""
    written = card.read_text(encoding="utf-8") if card.is_file() else ""
    return written[at:] if (at := written.find("\n## ")) >= 0 else ""


def _storylines(folder: Path, *, with_chat: bool = False) -> Iterator[Row]:
    from stancewatch.evaluation.storylines import score_storylines

    figures = score_storylines(folder, with_chat=with_chat)
    asked = f", with {settings().chat_reader_model}" if with_chat else ""
    name = f"storylines ({figures.storylines}, {figures.articles} articles{asked})"
    for what, found in (
        ("statements", figures.statements),
        ("shifts", figures.shifts),
        ("shifts, strict", figures.shifts_strict),
    ):
        counts = f"{found.right} right of {found.found} found and {found.wanted} wanted"
        yield name, f"{what} F1", f"{found.f1:.3f} (P {found.precision:.3f}, R {found.recall:.3f}; {counts})"
    yield name, "false alarms in storylines without a shift", str(figures.false_alarms)


def _swaps(folder: Path) -> Iterator[Row]:
    from stancewatch.evaluation.swaps import score_swaps

    found = score_swaps(folder)
    same, statements = (sum(getattr(one, what) for one in found.values()) for what in ("same", "statements"))
    stay = f"{same / statements if statements else 1:.3f} ({same} of {statements})"
    yield "name-swap (storylines)", f"statements that stay under {len(found)} sets of other names", stay
    for kind, one in found.items():
        yield "name-swap (storylines)", f"names: {kind}", f"{one.share:.3f} ({one.same} of {one.statements})"


def _attributions(path: Path) -> Iterator[Row]:
    from stancewatch.evaluation.attributions import score_attributions

    figures = score_attributions(path)
    contents, name = figures.contents, f"{path.stem} ({figures.articles} articles)"
    yield name, "content F1", f"{contents.f1:.3f} (P {contents.precision:.3f}, R {contents.recall:.3f})"
    yield name, "speaker overlap given a match", f"{figures.speakers / contents.right if contents.right else 0:.3f}"


def _stances(title: str, paths: Sequence[Path], *, most: int) -> Iterator[Row]:
    from stancewatch.evaluation.stances import score_stances

    figures = score_stances(paths, most=most)
    name = f"{title} ({figures.questions} questions)"
    yield name, "macro-F1", f"{figures.macro_f1:.3f} (accuracy {figures.accuracy:.3f})"
    yield name, "calibration error", f"{figures.calibration_error:.3f}"
    yield name, "decisions per second", f"{figures.per_second:.0f}"

"""The house's rules that a program can check: sizes, names, edges, and what may wait."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = ("shared", "services", "stancewatch", "benchmarks", "seeds", "requirements")
LONGEST_FILE, LONGEST_FUNCTION, MOST_ARGUMENTS = 250, 40, 5
LONGEST_COUNTDOWN_SECONDS = 60
NETWORK = {"socket", "httpx", "httpcore", "requests", "urllib.request", "http.client", "smtplib", "ssl"}
# The doors: what a stranger named goes through egress; our own mail relay and the loopback stand-ins do not.
DOORS = {
    "shared/egress.py",
    "shared/connections.py",
    "shared/locations.py",
    "shared/resolving.py",
    "services/alert/channels/email.py",
    "stancewatch/sinks.py",
    "stancewatch/demo_run.py",
}


def sources() -> list[Path]:
    return sorted(path for place in PLACES for path in (ROOT / place).rglob("*.py") if "versions" not in path.parts)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def taken(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count what a caller passes by position."""
    words = [argument.arg for argument in function.args.posonlyargs + function.args.args]
    return len(words[1:] if words[:1] == ["self"] else words)


@pytest.mark.parametrize("path", sources(), ids=name)
def test_a_file_fits_on_a_few_screens(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", sources(), ids=name)
def test_a_function_fits_on_one_screen_and_takes_few_arguments(path: Path) -> None:
    def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        return (function.end_lineno or function.lineno) - function.lineno + 1

    too_long = [f"{f.name}: {length(f)} lines" for f in functions(path) if length(f) > LONGEST_FUNCTION]
    too_many = [
        f"{f.name}: {taken(f)} positional arguments"
        for f in functions(path)
        if taken(f) > MOST_ARGUMENTS and path.parent.name != "commands"  # there an argument is an option
    ]
    assert too_long + too_many == []


@pytest.mark.parametrize("path", sources(), ids=name)
def test_a_module_opens_with_what_it_knows(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "a module opens with one sentence"


@pytest.mark.parametrize("path", sources(), ids=name)
def test_no_room_is_called_after_nothing(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "common", "manager", "misc", "base_service"}


@pytest.mark.parametrize("path", sources(), ids=name)
def test_only_the_doors_touch_the_network(path: Path) -> None:
    used = NETWORK & set(imports(path))
    assert used == set() or name(path) in DOORS or name(path).startswith("benchmarks/")


@pytest.mark.parametrize("path", sources(), ids=name)
def test_nothing_waits_for_long_in_the_broker(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg in {"countdown", "eta"}:
            assert isinstance(node.value, ast.Constant)
            assert isinstance(node.value.value, int | float)
            assert node.value.value <= LONGEST_COUNTDOWN_SECONDS


@pytest.mark.parametrize("path", sources(), ids=name)
def test_only_the_edges_read_the_clock(path: Path) -> None:
    """Pure modules take `now`; reading it inside a rule makes the rule untestable."""
    if name(path) == "shared/clock.py" or name(path).startswith(("stancewatch/", "benchmarks/")):
        return
    reads = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"} and _is_datetime(node.value)
    ]
    assert reads == []


def _is_datetime(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"datetime", "date"}

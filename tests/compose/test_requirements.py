"""Every image carries what its code imports: a lock file names the package of each module that its service loads."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"shared", "services", "stancewatch"}
# The training of the judge is carried along and never loaded; its packages are the extra `train`.
TRAINING = {"torch", "safetensors", "onnx"}
CODE = {
    "ingest": ("shared", "services/ingest"),
    "extract": ("shared", "services/extract"),
    "alert": ("shared", "services/alert"),
    "api": ("shared", "services/api"),
    "all": ("shared", "services", "stancewatch"),
}


def imported(folder: Path) -> set[str]:
    """Return the modules of others that the code in a folder imports, by their first names."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - OURS - TRAINING - set(sys.stdlib_module_names)


def locked(name: str) -> set[str]:
    """Return the packages that a lock file names, written as package indexes compare them."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {plain(package) for package in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def plain(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


@pytest.mark.parametrize("name", CODE)
def test_a_lock_file_names_all_that_its_code_imports(name: str) -> None:
    providers = packages_distributions()
    have = locked(name)
    missing = {
        module
        for folder in CODE[name]
        for module in imported(ROOT / folder)
        if not {plain(package) for package in providers.get(module, ())} & have
    }
    assert missing == set()

"""The lists that ingest's rules go by, each a file in `rules/` that says where it comes from."""

from functools import cache
from pathlib import Path

RULES = Path(__file__).parent / "rules"


@cache
def words(name: str) -> frozenset[str]:
    """Return the lines of one list, without its comments."""
    lines = (RULES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))

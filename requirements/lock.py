"""Locks each extra of pyproject.toml into a file of hashes that names no index: `make lock`."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FILES = {
    "ingest": ("ingest",),
    "extract": ("extract",),
    "alert": ("alert",),
    "api": ("api", "cli", "alert"),  # the command line lists deliveries, and the demo checks signatures
    "all": ("all",),
    "dev": ("all", "dev"),
}


def lock(name: str, extras: tuple[str, ...]) -> None:
    """Write `name`.txt; versions agree across files because each is constrained by the fullest one."""
    words = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"]
    words += [
        "--no-emit-index-url",
        "--no-annotate",
        "--python-version",
        "3.11",
        "--output-file",
        str(HERE / f"{name}.txt"),
    ]
    words += [word for extra in extras for word in ("--extra", extra)]
    if name != "dev":
        words += ["--constraint", str(HERE / "dev.txt")]
    subprocess.run([*words, str(HERE.parent / "pyproject.toml")], check=True)


if __name__ == "__main__":
    lock("dev", FILES["dev"])
    for name, extras in FILES.items():
        lock(name, extras)

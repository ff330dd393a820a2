"""Subscriptions made and changed by hand, on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from shared.tables import Subscription
from shared.transaction import Begin, Read
from tests.api.builders import add_watchlist
from tests.stancewatch.test_subscriptions import Terminal

HOOK = "https://hooks.example/a"


@pytest.fixture
def terminal(tmp_path: Path, begin: Begin) -> Terminal:
    with begin() as tx:
        add_watchlist(tx.session)
    return Terminal(tmp_path)


def test_from_its_making_to_its_end(terminal: Terminal, read: Read) -> None:
    made = terminal.run(
        "subscriptions",
        "add",
        "bot",
        "--figure",
        "ana-ruiz",
        "--webhook",
        HOOK,
        "--quiet-hours",
        "22-7",
        "--signal",
        "pressure",
    )
    assert (made.returncode, made.stdout.count("whsec_")) == (0, 1)
    assert terminal.run("subscriptions", "add", "bot", "--webhook", HOOK).returncode == 2
    assert terminal.run("subscriptions", "pause", "bot", "--until", "2031-05-01").returncode == 0
    assert terminal.run("subscriptions", "rotate", "bot").stdout.count("whsec_") == 1
    (line,) = terminal.lines("subscriptions", "list")
    assert line["signals"] == ["pressure"]
    assert (line["figures"], line["quiet_hours"], line["paused_until"]) == (
        ["ana-ruiz"],
        "22-7",
        "2031-05-01T00:00:00Z",
    )
    assert terminal.run("subscriptions", "end", "bot").returncode == 0
    with read() as session:
        when = select(Subscription.paused_until, Subscription.retired_at).where(col(Subscription.name) == "bot")
        paused_until, ended_at = session.exec(when).one()  # the secrets beside them are sealed with the command's key
    assert (paused_until, ended_at is not None) == (datetime(2031, 5, 1, tzinfo=UTC), True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "x"), "needs an email, a webhook or a chat"),
        (("add", "x", "--webhook", HOOK, "--figure", "nobody"), "figures[0]: 'nobody' is not on the watchlist"),
        (("end", "nobody"), "there is no subscription 'nobody'"),
    ],
)
def test_a_mistake_is_one_line(terminal: Terminal, words: tuple[str, ...], said: str) -> None:
    done = terminal.run("subscriptions", *words)
    assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (2, True, 1)

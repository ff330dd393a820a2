"""A chat reader from the command line: off unless asked for, and what is said of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.database import create_database
from shared.schema import upgrade
from shared.settings import Settings
from stancewatch.chat_check import check_chat_reader
from stancewatch.findings import Health
from tests.extract.chat_server import SILENT, Endpoint, always, chat_server

ARTICLE = {
    "url": "http://outlet.example/1",
    "title": "Pool",
    "published": "2026-05-04T12:00:00Z",
    "source": "Outlet",
    "text": "Mayor Ana Ruiz said on Monday that she opposes closing the swimming pool.",
}
WATCHLIST = """
figures: [{id: ana-ruiz, name: Ana Ruiz}]
issues: [{id: pool, name: Pool, proposition: The city should close the swimming pool., terms: [swimming pool]}]
"""


def settings_of(endpoint: Endpoint, folder: Path, *, model: str = "small-model") -> Settings:
    database = create_database(f"sqlite:///{folder / 'main.db'}")
    upgrade(database)
    return Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'main.db'}",
        chat_reader_url=endpoint.url,
        chat_reader_model=model,
        allowed_networks=("127.0.0.0/8",),
    )


def test_an_endpoint_without_a_model_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="must name the model"):
        Settings(chat_reader_url="http://127.0.0.1:11434/v1")
    with pytest.raises(ValueError, match="no address on the web"):
        Settings(chat_reader_url="localhost:11434", chat_reader_model="small-model")


def test_the_doctor_says_whether_it_is_on_and_answers(tmp_path: Path) -> None:
    (off,) = check_chat_reader(Settings())
    assert (off.health, off.seen) == (Health.GOOD, "off; articles are read on this machine alone")
    with chat_server(always(SILENT)) as endpoint:
        current = settings_of(endpoint, tmp_path)
        on, lately = check_chat_reader(current)
        assert (on.health, "small-model" in on.seen) == (Health.GOOD, True)
        assert lately.seen == "in a day: nothing asked; 0 of 500000 tokens today"
        missing, _ = check_chat_reader(current.model_copy(update={"chat_reader_model": "large-model"}))
        assert (missing.health, "has no model large-model" in missing.seen) == (Health.NOTICE, True)
        closed, _ = check_chat_reader(current.model_copy(update={"allowed_networks": ()}))
        assert (closed.health, "STANCEWATCH_ALLOWED_NETWORKS" in closed.seen) == (Health.NOTICE, True)
    down, _ = check_chat_reader(current)
    assert down.health is Health.NOTICE


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_a_replay_asks_only_when_told_to_and_explain_says_who_read_what(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_text(json.dumps(ARTICLE) + "\n", encoding="utf-8")
    (tmp_path / "watchlist.yaml").write_text(WATCHLIST, encoding="utf-8")
    with chat_server(always(SILENT)) as endpoint:
        environment = {
            **os.environ,
            "STANCEWATCH_DATA_DIR": str(tmp_path / "data"),
            "STANCEWATCH_DATABASE_URL": f"sqlite:///{tmp_path / 'kept.db'}",
            "STANCEWATCH_CHAT_READER_URL": endpoint.url,
            "STANCEWATCH_CHAT_READER_MODEL": "small-model",
            "STANCEWATCH_ALLOWED_NETWORKS": '["127.0.0.0/8"]',
        }

        def run(*words: str) -> list[dict[str, object]]:
            command = [sys.executable, "-m", "stancewatch", *words, "--json"]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
            return [json.loads(line) for line in done.stdout.splitlines()]

        recorded = (str(tmp_path / "articles.jsonl"), "--watchlist", str(tmp_path / "watchlist.yaml"))
        (plain,) = run("replay", *recorded)
        assert endpoint.bodies == []
        assert "chat" not in plain
        (said,) = run("replay", *recorded, "--chat", "--database", environment["STANCEWATCH_DATABASE_URL"])
        assert len(endpoint.bodies) == 1
    assert said == {
        **plain,
        "confidence": 0.3333,
        "found_by": "local",
        "chat": {"model": "small-model", "stance": "none"},
    }
    (line,) = [line for line in run("explain", "ana-ruiz", "pool") if line["type"] == "read_by"]
    assert line["chat"] == {"model": "small-model", "stance": "none"}
    assert run("replay", *recorded, "--chat")[0] == said  # the endpoint is down; the answer is kept

"""The command line as a user meets it: one clear line and the right exit code for every mistake."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.settings import Settings
from stancewatch.checks import check_mail, check_networks
from stancewatch.findings import Finding, Health

GOOD = """
figures: [{id: ana-ruiz, name: Ana Ruiz, aliases: [Ruiz]}]
issues: [{id: tram, name: Tram, proposition: The city should build the tram., terms: [tram]}]
subscriptions: [{name: desk, figures: [ana-ruiz], email: desk@paper.example}]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "unknown-key.yaml").write_text(GOOD.replace("aliases", "alias"))
    (tmp_path / "twice.yaml").write_text(GOOD.replace("figures: [{", "figures: [{id: ana-ruiz, name: Other}, {"))
    (tmp_path / "no-proposition.yaml").write_text(GOOD.replace("proposition: The city should build the tram., ", ""))
    (tmp_path / "page.xml").write_text("<html><body>Please log in</body></html>")
    (tmp_path / "broken.jsonl").write_text('{"url": "https://a.example/1", "title": "t"\n')
    (tmp_path / "dateless.jsonl").write_text(
        '{"url": "u", "title": "t", "published": "soon", "source": "s", "text": "x"}\n'
    )
    return tmp_path


def stancewatch(*words: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in `home` with a data folder of its own and nothing else set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STANCEWATCH_")}
    return subprocess.run(
        [sys.executable, "-m", "stancewatch", *words],
        cwd=home,
        env={**kept, "PYTHONPATH": str(Path.cwd()), "STANCEWATCH_DATA_DIR": str(home / "data"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("watchlist check unknown-key.yaml", "figures[0].alias: is not a key", id="unknown key"),
        pytest.param("watchlist check twice.yaml", "duplicate figure id 'ana-ruiz'", id="duplicate id"),
        pytest.param("watchlist check no-proposition.yaml", "issues[0].proposition: is missing", id="no proposition"),
        pytest.param("watchlist check nowhere.yaml", "No such file", id="no such watchlist"),
        pytest.param("watchlist apply good.yaml", "run: stancewatch db upgrade", id="no database yet"),
        pytest.param("replay page.xml --watchlist good.yaml", "not a feed", id="a feed that is not a feed"),
        pytest.param("replay broken.jsonl --watchlist good.yaml", "broken.jsonl:1: not JSON", id="broken JSON Lines"),
        pytest.param("replay dateless.jsonl --watchlist good.yaml", "dateless.jsonl:1: published", id="a wrong date"),
        pytest.param("replay nowhere.xml --watchlist good.yaml", "cannot be read", id="no such recording"),
        pytest.param("replay page.xml --watchlist good.yaml --all", "--all goes with --json", id="--all alone"),
        pytest.param(
            "feeds add ftp://a.example/feed", "starts with http:// or https://", id="a feed that is no web address"
        ),
        pytest.param("feeds list --colour", "No such option", id="unknown option"),
        pytest.param("fly", "No such command", id="unknown command"),
        pytest.param("demo --seeds nowhere", "no seeds here", id="a demo without seeds"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(home: Path, words: str, said: str) -> None:
    done = stancewatch(*words.split(), home=home)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("mysql://h/n", "not supported", id="another kind of database"),
        pytest.param("postgresql://127.0.0.1:9/none", "cannot be used", id="nobody listens"),
        pytest.param(
            "sqlite:////nonexistent/folder/x.db", "run: stancewatch db upgrade", id="a file that is not there"
        ),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_at_once(home: Path, url: str, said: str) -> None:
    done = stancewatch("watchlist", "apply", "good.yaml", home=home, STANCEWATCH_DATABASE_URL=url)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_wrong_setting_is_one_line(home: Path) -> None:
    done = stancewatch("feeds", "list", home=home, STANCEWATCH_SMTP_PORT="mail")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "STANCEWATCH_SMTP_PORT" in done.stderr


def test_a_watchlist_is_applied_whole_or_not_at_all_and_only_once(home: Path) -> None:
    down = {"STANCEWATCH_BROKER_URL": "redis://127.0.0.1:9/0"}  # nobody listens: the rows are what counts
    assert stancewatch("db", "upgrade", home=home).returncode == 0
    assert stancewatch("watchlist", "apply", "twice.yaml", home=home, **down).returncode == 2
    first = stancewatch("watchlist", "apply", "good.yaml", "--json", home=home, **down)
    second = stancewatch("watchlist", "apply", "good.yaml", "--json", home=home, **down)
    changes = [json.loads(line) for line in first.stdout.splitlines()]
    assert [(change["what"], change["kind"]) for change in changes] == [
        ("added", "figure"),
        ("added", "issue"),
        ("added", "subscription"),
    ]
    assert (second.returncode, second.stdout) == (0, "")


def test_feeds_come_in_by_opml_and_go_out_again(home: Path) -> None:
    down = {"STANCEWATCH_BROKER_URL": "redis://127.0.0.1:9/0"}
    opml = '<opml version="2.0"><body><outline text="A &amp; B" xmlUrl="https://a.example/rss"/></body></opml>'
    (home / "feeds.opml").write_text(opml)
    stancewatch("db", "upgrade", home=home)
    assert "1 feeds, 1 of them new" in stancewatch("feeds", "import", "feeds.opml", home=home, **down).stdout
    assert "1 feeds, 0 of them new" in stancewatch("feeds", "import", "feeds.opml", home=home, **down).stdout
    (listed,) = [json.loads(line) for line in stancewatch("feeds", "list", "--json", home=home).stdout.splitlines()]
    assert (listed["url"], listed["name"], listed["outcome"]) == ("https://a.example/rss", "A & B", None)
    assert 'xmlUrl="https://a.example/rss"' in stancewatch("feeds", "export", home=home).stdout


def test_explain_and_backfill_work_on_what_is_stored(home: Path) -> None:
    down = {"STANCEWATCH_BROKER_URL": "redis://127.0.0.1:9/0"}
    text = '"I will vote against the tram," Mayor Ana Ruiz said on Monday.'
    record = {"url": "https://a.example/1", "title": "Tram", "published": "2024-03-01T09:00:00Z", "source": "A"}
    (home / "articles.jsonl").write_text(json.dumps({**record, "text": text}) + "\n")
    database = f"sqlite:///{home / 'kept.db'}"
    replay = stancewatch("replay", "articles.jsonl", "--watchlist", "good.yaml", "--database", database, home=home)
    assert replay.returncode == 0
    kept = {"STANCEWATCH_DATABASE_URL": database, **down}
    lines = stancewatch("explain", "ana-ruiz", "tram", "--json", home=home, **kept).stdout.splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["step", "position"]
    assert "there is no figure 'nobody'" in stancewatch("explain", "nobody", "tram", home=home, **kept).stderr
    assert "1 articles will be read again" in stancewatch("backfill", home=home, **kept).stdout


def test_the_doctor_says_what_is_wrong_and_what_to_do(home: Path) -> None:
    done = stancewatch("doctor", "--json", home=home)
    findings = {one["check"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1
    assert findings["database"]["advice"] == "run: stancewatch db upgrade"
    assert findings["broker"]["health"] == "bad"
    assert findings["language model"]["health"] == "good"
    assert findings["mail"]["health"] in ("good", "notice")  # by whether this machine has a mail server


@pytest.mark.parametrize(
    ("settings", "check", "variable"),
    [
        pytest.param({"allowed_networks": ("10.0.0.1/8",)}, check_networks, "ALLOWED_NETWORKS", id="no network"),
        pytest.param({"mail_from": "nobody"}, check_mail, "MAIL_FROM", id="no address to send from"),
        pytest.param({"smtp_port": 1}, check_mail, "SMTP_HOST", id="no mail server there"),
    ],
)
def test_the_doctor_names_the_setting_that_is_wrong(
    settings: dict[str, object], check: Callable[[Settings], Iterator[Finding]], variable: str
) -> None:
    (finding,) = check(Settings.model_construct(**{**Settings().model_dump(), **settings}))
    assert finding.health is not Health.GOOD
    assert f"STANCEWATCH_{variable}" in finding.advice

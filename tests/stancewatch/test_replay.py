"""Replaying the seeds in this process: the contract to the letter, and the same output every time."""

import json
from pathlib import Path

import pytest
import yaml

from services.api.watchlist import read_watchlist
from stancewatch.ledger import Line, ledger_lines
from stancewatch.output import as_json_lines
from stancewatch.replaying import Recording, is_json_lines, replay_here

SEEDS = Path("seeds")
STATEMENT = ["type", "article", "published", "actor", "figure", "issue", "stance", "confidence", "own_words"]
SHIFT = ["type", "figure", "issue", "from", "to", "kind", "article", "at", "confidence", "before", "after"]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed articles as JSON Lines, in order of publication."""
    path = tmp_path_factory.mktemp("recorded") / "articles.jsonl"
    articles = yaml.safe_load((SEEDS / "articles.yaml").read_text())
    lines = [
        {
            "url": one["url"],
            "title": one["title"],
            "published": one["published"].isoformat(),
            "source": one["outlet"],
            "text": (SEEDS / one["file"]).read_text(encoding="utf-8"),
        }
        for one in articles
    ]
    path.write_text(as_json_lines(lines), encoding="utf-8")
    return path


def replayed(path: Path, folder: Path, *, everything: bool = False) -> list[Line]:
    recording = Recording(path, read_watchlist(SEEDS / "watchlist.yaml"), everything=everything)
    result = replay_here(recording, f"sqlite:///{folder / 'replay.db'}")
    return [*ledger_lines(result.ledger), *result.everything]


def test_the_lines_are_those_of_the_contract(recorded: Path, tmp_path: Path) -> None:
    lines = replayed(recorded, tmp_path)
    assert [line["type"] for line in lines] == sorted(
        (line["type"] for line in lines), key=["statement", "shift", "alert"].index
    )
    statements = [line for line in lines if line["type"] == "statement"]
    assert all(list(line) == [*STATEMENT, "evidence", "start", "end"] for line in statements)
    assert [line["published"] for line in statements] == sorted(line["published"] for line in statements)
    (shift,) = [line for line in lines if line["type"] == "shift"]
    assert list(shift) == SHIFT
    assert [list(shift[side]) for side in ("before", "after")] == [["article", "evidence"]] * 2
    alerts = [line for line in lines if line["type"] == "alert"]
    assert [(line["subscription"], line["shift"], line["deliveries"]) for line in alerts] == [
        ("desk", shift, [{"channel": "email", "state": "delivered"}]),
        ("newsroom-bot", shift, [{"channel": "webhook", "state": "delivered"}]),
    ]


def test_every_span_is_where_it_says(recorded: Path, tmp_path: Path) -> None:
    texts = {record["url"]: record["text"] for record in map(json.loads, recorded.read_text().splitlines())}
    lines = replayed(recorded, tmp_path, everything=True)
    spans = [
        (line["article"], line[start], line[end], line[part])
        for line in lines
        for part, start, end in (
            ("evidence", "start", "end"),
            ("content", "content_start", "content_end"),
            ("source", "source_start", "source_end"),
            ("cue", "cue_start", "cue_end"),
        )
        if line.get(part) is not None
    ]
    assert {line["type"] for line in lines} == {"statement", "shift", "alert", "actor", "attribution"}
    assert len(spans) > 50
    assert [span for span in spans if texts[span[0]][span[1] : span[2]] != span[3]] == []


def test_the_same_input_gives_the_same_bytes_from_a_feed_and_from_lines(recorded: Path, tmp_path: Path) -> None:
    outputs = []
    for name, path in (("a", SEEDS / "feed.xml"), ("b", SEEDS / "feed.xml"), ("c", recorded)):
        (tmp_path / name).mkdir()
        outputs.append(as_json_lines(replayed(path, tmp_path / name)))
    assert outputs[0] == outputs[1]
    in_feed, in_lines = (
        [
            (line["figure"], line["stance"], line["evidence"])
            for line in map(json.loads, output.splitlines())
            if line["type"] == "statement"
        ]
        for output in outputs[1:]
    )
    assert in_feed == in_lines


def test_what_the_seeds_show(recorded: Path, tmp_path: Path) -> None:
    """What a reader of the three articles finds, and nothing for a figure of whom only others speak."""
    lines = replayed(recorded, tmp_path)
    found = {
        (line["published"][:10], line["figure"], line["stance"])
        for line in lines
        if line["type"] == "statement" and line["issue"] == "deportation-raids"
    }
    protected = {
        (line["figure"], line["stance"])
        for line in lines
        if line["type"] == "statement" and line["issue"] == "temporary-protected-status"
    }
    december, january, forum = "2015-12-24", "2016-01-07", "2016-01-11"
    assert (december, "bernie-sanders", "against") in found
    assert (january, "bernie-sanders", "against") in found
    assert (january, "chris-van-hollen", "against") in found
    assert (january, "dhs", "favor") in found or (january, "barack-obama", "favor") in found
    assert (january, "martin-omalley", "against") in found or ("martin-omalley", "favor") in protected
    assert [stance for day, figure, stance in found if (day, figure) == (january, "hillary-clinton")] == ["mixed"]
    assert [stance for day, figure, stance in found if (day, figure) == (forum, "hillary-clinton")] == ["against"]
    assert [figure for day, figure, _ in found if day == december and figure == "hillary-clinton"] == []


def test_articles_that_arrive_in_another_order_end_in_the_same_shift(recorded: Path, tmp_path: Path) -> None:
    backwards = tmp_path / "backwards.jsonl"
    backwards.write_text("".join(f"{line}\n" for line in reversed(recorded.read_text().splitlines())))
    (tmp_path / "f").mkdir()
    (tmp_path / "b").mkdir()
    shifts = [
        [line for line in replayed(path, tmp_path / name) if line["type"] == "shift"]
        for path, name in ((recorded, "f"), (backwards, "b"))
    ]
    assert shifts[0] == shifts[1] != []


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        pytest.param("a.jsonl", "", True, id="by its name"),
        pytest.param("a.txt", '\n{"url": 1}', True, id="by its first character"),
        pytest.param("a.json", '{"version": "https://jsonfeed.org/version/1.1", "items": []}', False, id="a JSON Feed"),
        pytest.param("a.xml", "<rss/>", False, id="a feed"),
    ],
)
def test_json_lines_and_feeds_are_told_apart(tmp_path: Path, name: str, content: str, lines: bool) -> None:
    (tmp_path / name).write_text(content)
    assert is_json_lines(tmp_path / name) is lines

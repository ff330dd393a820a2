"""Real articles and passages written for this project show the same stances whatever their figures are called."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from stancewatch.evaluation.swaps import labels, name_sets, other_names

ROOT = Path(__file__).parents[2]
# Every so many of the passages in which people are named in two words; some of them take minutes otherwise.
STRIDE = 90
# Where the first name alone tells whose pronoun it is, a name of the other gender turns the text round.
KINDS = sorted(name_sets().keys() - {"other gender"})


def seeds() -> dict[str, Any]:
    """The seed articles, of which only people get other names: institutions' names are of ordinary words."""
    watchlist = yaml.safe_load((ROOT / "seeds/watchlist.yaml").read_text("utf-8"))
    watchlist["figures"] = [one for one in watchlist["figures"] if one["kind"] == "person"]
    rows = yaml.safe_load((ROOT / "seeds/articles.yaml").read_text("utf-8"))
    articles = [{**row, "text": (ROOT / "seeds" / row["file"]).read_text("utf-8")} for row in rows]
    return {"watchlist": watchlist, "articles": articles}


def passages() -> list[dict[str, Any]]:
    paths = sorted((ROOT / "services/extract/model/passages").glob("*.jsonl"))
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    return [story for row in rows if (story := _story(row))["watchlist"]["figures"]][::STRIDE]


def _story(row: dict[str, Any]) -> dict[str, Any]:
    named = sorted({label["actor"] for label in row["labels"] if len(label["actor"].split()) == 2})
    people = [name for name in named if name.istitle() and name in row["text"] and "." not in name]
    figures = [{"id": name, "name": name, "aliases": [name.split()[-1]]} for name in people]
    topics = {label["topic"]: label["proposition"] for label in row["labels"]}
    issues = [{"id": topic, "name": topic, "proposition": said, "terms": [topic]} for topic, said in topics.items()]
    article = {"title": "", "text": row["text"], "published": None}
    return {"watchlist": {"figures": figures, "issues": issues}, "articles": [article]}


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(name_sets()))
def test_the_seeds_say_the_same_of_anybody(kind: str) -> None:
    story = seeds()
    before = labels(story, str)
    assert len(before) >= 5
    assert labels(story, other_names(story, kind)) == before


@pytest.mark.slow
def test_passages_say_the_same_of_anybody() -> None:
    same, either = 0, 0
    for story in passages():
        before = labels(story, str)
        for number, kind in enumerate(KINDS):
            after = labels(story, other_names(story, kind, number))
            same, either = same + len(before & after), either + len(before | after)
    assert either >= 50
    assert same / either >= 0.98

"""Statements and shifts on storylines: short sequences of articles with gold labels."""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from services.api.watchlist import WatchlistFile
from services.extract.timeline import LEAST
from shared.clock import iso_z
from stancewatch.evaluation.measures import NOTHING, Found, compare
from stancewatch.ledger import Ledger
from stancewatch.replaying import Recording, replay_here


@dataclass(frozen=True, slots=True)
class StorylineFigures:
    """The figures over all storylines; a false alarm is a shift in a storyline that has none."""

    storylines: int = 0
    articles: int = 0
    statements: Found = NOTHING
    shifts: Found = NOTHING
    shifts_strict: Found = NOTHING
    false_alarms: int = 0


def score_storylines(folder: Path, *, with_chat: bool = False) -> StorylineFigures:
    """Replay every storyline in `folder`, with or without the chat reader, and compare what comes out with its gold."""
    figures = StorylineFigures()
    for path in sorted(folder.glob("*.yaml")):
        figures = _add(figures, yaml.safe_load(path.read_text(encoding="utf-8")), with_chat=with_chat)
    return figures


def _add(before: StorylineFigures, story: dict[str, Any], *, with_chat: bool) -> StorylineFigures:
    ledger = _replay(story, with_chat=with_chat)
    address = {one["id"]: one["url"] for one in story["articles"]}
    gold = {
        (one["url"], said["figure"], said["issue"], said["stance"])
        for one in story["articles"]
        for said in one.get("statements") or ()
    }
    turns = {(one["figure"], one["issue"], one["from"], one["to"], address[one["article"]]) for one in story["shifts"]}
    found = {
        (one.figure, one.issue, one.from_stance.value, one.to_stance.value, one.after.article) for one in ledger.shifts
    }
    return StorylineFigures(
        before.storylines + 1,
        before.articles + len(story["articles"]),
        before.statements + compare(surest(ledger), gold),
        before.shifts + compare({one[:4] for one in found}, {one[:4] for one in turns}),
        before.shifts_strict + compare(found, turns),
        before.false_alarms + (0 if turns else len(found)),
    )


def surest(ledger: Ledger) -> set[tuple[str, str, str, str]]:
    """Return the surest statement of each article, figure and issue; one that weighs nothing tells nobody anything."""
    best: dict[tuple[str, str, str], tuple[float, str]] = {}
    for one in ledger.statements:
        if one.figure is not None and one.confidence > LEAST:
            key = (one.article, one.figure, one.issue)
            best[key] = max(best.get(key, (-1.0, "")), (one.confidence, one.stance.value), key=lambda pair: pair[0])
    return {(*key, stance) for key, (_, stance) in best.items()}


def _replay(story: dict[str, Any], *, with_chat: bool) -> Ledger:
    with tempfile.TemporaryDirectory(prefix="stancewatch-evaluate-") as folder:
        path = Path(folder) / "articles.jsonl"
        path.write_text("".join(_lines(story["articles"])), encoding="utf-8")
        watchlist = WatchlistFile.model_validate(story["watchlist"])
        recording = Recording(path, watchlist, everything=False, with_chat=with_chat)
        return replay_here(recording, f"sqlite:///{Path(folder) / 'replay.db'}").ledger


def _lines(articles: Iterable[dict[str, Any]]) -> Iterable[str]:
    for one in articles:
        record = {name: one[name] for name in ("url", "title", "source", "text")}
        yield json.dumps({**record, "published": iso_z(one["published"])}, ensure_ascii=False) + "\n"

"""Who said what, on articles whose attributions were marked by hand (PolNeAR's form)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.extract.actors import find_actors
from services.extract.attributions import find_attributions
from services.extract.nlp import load_model, parse
from services.extract.values import ArticleText, Attribution, Watchlist
from shared.settings import settings
from stancewatch.evaluation.measures import NOTHING, Found

ENOUGH_IN_COMMON = 0.5  # of the characters of both contents (Jaccard)


@dataclass(frozen=True, slots=True)
class AttributionFigures:
    """The figures over all articles; `speakers` counts matches whose speaker overlaps the marked one."""

    articles: int
    contents: Found
    speakers: int


def score_attributions(path: Path) -> AttributionFigures:
    """Find the attributions of every article of a JSON Lines file and compare them with the marked ones."""
    nlp = load_model(settings().spacy_model)
    contents, speakers, articles = NOTHING, 0, 0
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            article = ArticleText(row.get("title") or "", row["text"], datetime(1990, 1, 1, tzinfo=UTC))
            doc = parse(article.text, nlp)
            found = find_attributions(doc, find_actors(doc, article, Watchlist()))
            matched = match(found, row["quotes"])
            contents += Found(len(matched), len(found), len(row["quotes"]))
            speakers += sum(_same_speaker(one, gold) for one, gold in matched)
            articles += 1
    return AttributionFigures(articles, contents, speakers)


def match(
    found: Sequence[Attribution], marked: Sequence[dict[str, Any]]
) -> tuple[tuple[Attribution, dict[str, Any]], ...]:
    """Pair attributions with marked ones by what their contents share, the most alike first, each once."""
    alike = sorted(
        (
            (share, mine, theirs)
            for mine, one in enumerate(found)
            for theirs, gold in enumerate(marked)
            if (share := _shared({*range(*one.content)}, _characters(gold["content_spans"]))) >= ENOUGH_IN_COMMON
        ),
        reverse=True,
    )
    used_mine: set[int] = set()
    used_theirs: set[int] = set()
    pairs: list[tuple[Attribution, dict[str, Any]]] = []
    for _, mine, theirs in alike:
        if mine not in used_mine and theirs not in used_theirs:
            used_mine.add(mine)
            used_theirs.add(theirs)
            pairs.append((found[mine], marked[theirs]))
    return tuple(pairs)


def _same_speaker(one: Attribution, gold: dict[str, Any]) -> bool:
    return one.source is not None and bool({*range(*one.source)} & _characters(gold["speaker_spans"]))


def _shared(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other) if one & other else 0.0


def _characters(spans: Sequence[Sequence[int]]) -> set[int]:
    return {character for start, end in spans for character in range(start, end)}

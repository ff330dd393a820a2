"""The standard rules on the storylines' own statements: every shift, no other, whatever the order of arrival."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.extract.shifts import STANDARD_RULES, detect_shifts
from services.extract.timeline import DatedStatement, build_timeline
from services.extract.wording import words_of
from shared.vocabulary import Stance

STORYLINES = Path(__file__).parents[3] / "shared" / "data" / "storylines"
FILES = sorted(STORYLINES.glob("*.yaml"))
# What a tagger is as sure of as it is right.
IN_OWN_WORDS, CHARACTERISED = 0.85, 0.7

pytestmark = pytest.mark.skipif(not FILES, reason=f"NO STORYLINES at {STORYLINES}: the detector goes unmeasured")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", [None, 1, 2, 3], ids=["as listed", "shuffled", "shuffled again", "and again"])
def test_the_gold_statements_show_the_gold_shifts(path: Path, seed: int | None) -> None:
    story = yaml.safe_load(path.read_text(encoding="utf-8"))
    articles = list(story["articles"])
    if seed is not None:
        random.Random(seed).shuffle(articles)
    assert found(articles) == {
        (shift["figure"], shift["issue"], shift["from"], shift["to"], address(story, shift["article"]))
        for shift in story.get("shifts") or []
    }


def found(articles: list[dict[str, Any]]) -> set[tuple[str, str, str, str, str]]:
    timelines: dict[tuple[str, str], list[DatedStatement]] = {}
    pairs = [(article, statement) for article in articles for statement in article.get("statements") or []]
    for number, (source, statement) in enumerate(pairs):
        topic = statement["figure"], statement["issue"]
        timelines.setdefault(topic, []).append(dated(number, source, statement))
    return {
        (*topic, shift.before.stance.value, shift.after.stance.value, shift.article_url)
        for topic, statements in timelines.items()
        for shift in detect_shifts(build_timeline(statements, weights=STANDARD_RULES.weights), rules=STANDARD_RULES)
    }


def dated(number: int, article: dict[str, Any], statement: dict[str, Any]) -> DatedStatement:
    words = words_of(statement["evidence"])
    return DatedStatement(
        statement_id=number,
        article_url=article["url"],
        story_id=hash(article["text"]),
        published_at=article["published"],
        stance=Stance(statement["stance"]),
        confidence=IN_OWN_WORDS if statement["own_words"] else CHARACTERISED,
        own_words=statement["own_words"],
        start=article["text"].index(statement["evidence"]),
        words=words.fingerprint,
        is_quotation=words.is_quotation,
    )


def address(story: dict[str, Any], article_id: str) -> str:
    (url,) = [article["url"] for article in story["articles"] if article["id"] == article_id]
    return str(url)

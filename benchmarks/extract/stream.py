"""How fast articles are read, step by step, and what the gate costs: against spaCy's whole pipeline over every article.

    python -m benchmarks.extract.stream ARTICLES.jsonl [--articles 200] [--watchlist FILE]

The articles are JSON Lines with `title` and `text`, taken evenly from the file. Every run has a process and a thread of
its own; seconds are of CPU. The target: five times spaCy's pace, with 98 % of the statements of figures found without
the gate, under 700 MB, ready within 5 s.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import yaml

from services.extract.values import ArticleText, Figure, Issue, Statement, Watchlist
from shared.settings import settings
from shared.vocabulary import ActorKind

HERE = Path(__file__).parent
READY = """
from benchmarks.extract.stream import articles, watchlist
from services.extract.pipeline import load_reader
from shared.settings import settings
text = "Mitch Roe opposes the minimum wage. Hillary Clinton said she wants a higher minimum wage."
load_reader(settings().spacy_model).read(articles([{"title": "", "text": text}])[0], watchlist())
"""
# The steps as the pipeline calls them; what one of them calls in turn is taken off its time.
STEPS = {
    "services.extract.pipeline": ("worth_reading", "parse", "find_actors", "find_attributions", "find_signals"),
    "services.extract.issues": ("_views",),
    "services.extract.statements": ("_voices",),
}
NAMES = {
    "worth_reading": "gate",
    "find_actors": "actors and coreference",
    "find_attributions": "attribution",
    "find_signals": "signals",
    "_views": "issues",
    "_voices": "voices",
}


@dataclass(slots=True)
class Run:
    """What one pass over the articles found and cost."""

    seconds: float = 0.0
    megabytes: float = 0.0
    found: list[set[tuple[str, str, str]]] = field(default_factory=list)
    steps: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Print the pace of each run, the cost of each step, and what the gate kept."""
    arguments = _arguments()
    rows = [json.loads(line) for line in arguments.articles.open(encoding="utf-8")]
    rows = rows[:: max(1, len(rows) // arguments.articles_read)][: arguments.articles_read]
    seconds, of_processor = _cold_start()
    print(f"cold start to the first reading  {seconds:6.1f} s, {of_processor:.1f} s of processor time")
    runs = {name: _apart(run, rows) for name, run in (("spaCy", spacy_whole), ("all", whole), ("gated", gated))}
    for name, run in runs.items():
        pace = len(rows) / run.seconds
        print(f"{name:<8}{pace:8.1f} articles/s of one core   {run.megabytes:6.0f} MB at most")
    for step, seconds in runs["gated"].steps.most_common():
        print(f"  {step:<28}{1000 * seconds / len(rows):7.2f} ms an article")
    pairs = list(zip(runs["all"].found, runs["gated"].found, strict=True))
    wanted, kept = sum(len(one) for one, _ in pairs), sum(len(one & other) for one, other in pairs)
    more = sum(len(other - one) for one, other in pairs)
    share = f"{kept} of {wanted} ({kept / max(1, wanted):.0%})"
    print(f"the gate keeps {share} statements of figures, and {more} are found only with it")
    print(f"{runs['spaCy'].seconds / runs['gated'].seconds:.1f} times the pace of spaCy's pipeline over every article")


def spacy_whole(rows: Sequence[dict[str, str]]) -> Run:
    """SpaCy's own pipeline, in batches as it likes them, and nothing else."""
    import spacy

    nlp, run = spacy.load(settings().spacy_model), Run()
    began = time.process_time()
    for _ in nlp.pipe(row["text"] for row in rows):
        pass
    run.seconds = time.process_time() - began
    return run


def whole(rows: Sequence[dict[str, str]]) -> Run:
    """Every step on all of every article."""
    return _read(rows, scope="whole")


def gated(rows: Sequence[dict[str, str]]) -> Run:
    """As the services read."""
    return _read(rows, scope="gated")


def articles(rows: Sequence[dict[str, str]]) -> tuple[ArticleText, ...]:
    """The rows as a reader takes them."""
    return tuple(ArticleText(row["title"], row["text"], datetime(2016, 1, 1, tzinfo=UTC)) for row in rows)


def watchlist(path: Path = HERE / "watchlist_2016.yaml") -> Watchlist:
    """The figures and issues of a watchlist file."""
    typed = yaml.safe_load(path.read_text("utf-8"))
    figures = (
        Figure(one["id"], one["name"], tuple(one["aliases"]), ActorKind(one["kind"])) for one in typed["figures"]
    )
    issues = (Issue(one["id"], one["name"], one["proposition"], tuple(one["terms"])) for one in typed["issues"])
    return Watchlist(tuple(figures), tuple(issues))


def _read(rows: Sequence[dict[str, str]], *, scope: str) -> Run:
    from services.extract import judge
    from services.extract.pipeline import Scope, load_reader

    run, watched = Run(), watchlist()
    _time_steps(run.steps)
    judge.Judge.logits = _timed("judge", judge.Judge.logits, run.steps)  # type: ignore[method-assign]
    reader = load_reader(settings().spacy_model, Scope(scope))
    reader.read(articles(rows[:1])[0], watched)
    run.steps.clear()
    began = time.process_time()
    run.found = [set(map(_key, reader.read(article, watched).statements)) for article in articles(rows)]
    run.seconds = time.process_time() - began
    run.found = [{key for key in found if key[0]} for found in run.found]
    run.steps["stance and the rest"] = run.seconds - sum(run.steps.values())
    return run


def _key(statement: Statement) -> tuple[str, str, str]:
    return statement.figure or "", statement.issue, statement.stance.value


_inside: list[float] = []


def _time_steps(steps: Counter[str]) -> None:
    for module_name, functions in STEPS.items():
        __import__(module_name)
        module: ModuleType = sys.modules[module_name]
        for function in functions:
            name = NAMES.get(function, function)
            setattr(module, function, _timed(name, getattr(module, function), steps))


def _timed(name: str, function: Callable[..., object], steps: Counter[str]) -> Callable[..., object]:
    def timed(*args: object, **named: object) -> object:
        began = time.process_time()
        _inside.append(0.0)
        result = function(*args, **named)
        spent = time.process_time() - began
        steps[name] += spent - _inside.pop()
        if _inside:
            _inside[-1] += spent
        return result

    return timed


def _apart(run: Callable[[Sequence[dict[str, str]]], Run], rows: Sequence[dict[str, str]]) -> Run:
    """The run in a process of its own, with its peak of memory."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (run, rows))


def _measured(run: Callable[[Sequence[dict[str, str]]], Run], rows: Sequence[dict[str, str]]) -> Run:
    done = run(rows)
    done.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return done


def _cold_start() -> tuple[float, float]:
    """Seconds by the clock and of the processor; the former hang on what else the machine does."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", READY], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--articles", dest="articles_read", type=int, default=200, help="how many of them (200)")
    return parser.parse_args()


if __name__ == "__main__":
    main()

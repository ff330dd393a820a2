"""Whether a stance hangs on who takes it: storylines read again with every figure under another name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from services.extract.pipeline import load_reader
from services.extract.titles import gender_of
from services.extract.values import ArticleText, Figure, Issue, Watchlist
from shared.settings import settings
from shared.vocabulary import ActorKind

Label = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class SwapFigures:
    """How many statements of figures were found under either name, and how many under both alike."""

    statements: int = 0
    same: int = 0

    @property
    def share(self) -> float:
        return self.same / self.statements if self.statements else 1.0


def score_swaps(folder: Path) -> SwapFigures:
    """Read every storyline in `folder` under three sets of other names and compare the statements."""
    figures = SwapFigures()
    for path in sorted(folder.glob("*.yaml")):
        story = yaml.safe_load(path.read_text(encoding="utf-8"))
        before = labels(story, str)
        for number in range(3):
            after = labels(story, other_names(story["watchlist"]["figures"], number))
            figures = SwapFigures(figures.statements + len(before | after), figures.same + len(before & after))
    return figures


def labels(story: Mapping[str, Any], rename: Callable[[str], str]) -> set[Label]:
    """Article, figure, issue and stance of every statement of a figure, with names and texts renamed."""
    watchlist = _watchlist(story["watchlist"], rename)
    reader = load_reader(settings().spacy_model)
    found: set[Label] = set()
    for number, one in enumerate(story["articles"]):
        article = ArticleText(rename(one["title"]), rename(one["text"]), one["published"])
        for said in reader.read(article, watchlist).statements:
            if said.figure is not None:
                found.add((number, said.figure, said.issue, said.stance.value))
    return found


def other_names(figures: Sequence[Mapping[str, Any]], number: int) -> Callable[[str], str]:
    """What puts another name of the same kind in place of each word of the figures' names."""
    words: dict[str, str] = {}
    for at, figure in enumerate(figures):
        own = figure["name"].split()
        known = _kinds()[_kind(figure, own)]
        new = known[(at + number) % len(known)].split()
        if len(own) == 1 or figure.get("kind") == "organisation":
            words[own[0] if own[0].lower() != "the" else own[1]] = new[-1]
        else:
            words |= {own[0]: new[0], own[-1]: new[-1]}
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
    return lambda text: pattern.sub(lambda match: words[match[0]], text)


def _kind(figure: Mapping[str, Any], words: Sequence[str]) -> str:
    if figure.get("kind") == "organisation":
        return "organisation"
    gender = gender_of(words)
    return "unknown" if gender is None else gender.value


@cache
def _kinds() -> Mapping[str, Sequence[str]]:
    text = files("stancewatch.evaluation").joinpath("other_names.yaml").read_text("utf-8")
    kinds: Mapping[str, Sequence[str]] = yaml.safe_load(text)
    return kinds


def _watchlist(typed: Mapping[str, Any], rename: Callable[[str], str]) -> Watchlist:
    figures = (
        Figure(
            one["id"],
            rename(one["name"]),
            tuple(map(rename, one.get("aliases", ()))),
            ActorKind(one.get("kind", "person")),
        )
        for one in typed["figures"]
    )
    issues = (
        Issue(one["id"], rename(one["name"]), rename(one["proposition"]), tuple(map(rename, one["terms"])))
        for one in typed["issues"]
    )
    return Watchlist(tuple(figures), tuple(issues))

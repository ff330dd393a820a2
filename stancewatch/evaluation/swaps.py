"""Whether a stance hangs on who takes it: storylines read again with every figure under another name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from services.extract.names import straight
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


def score_swaps(folder: Path) -> dict[str, SwapFigures]:
    """Read every storyline in `folder` under each set of other names and compare the statements."""
    stories = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    found = dict.fromkeys(name_sets(), SwapFigures())
    for number, story in enumerate(stories):
        before = labels(story, str)
        for kind, figures in found.items():
            after = labels(story, other_names(story, kind, number))
            found[kind] = SwapFigures(figures.statements + len(before | after), figures.same + len(before & after))
    return found


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


def other_names(story: Mapping[str, Any], kind: str, number: int = 0) -> Callable[[str], str]:
    """What puts a name of the set in place of each figure's, by word; `number` says with which name to begin."""
    texts = " ".join(one["text"] for one in story["articles"])
    pools = {gender: _unused(names, texts, number) for gender, names in name_sets()[kind].items()}
    words: dict[str, str] = {}
    for figure in story["watchlist"]["figures"]:
        own = straight(figure["name"]).split()
        new = next(pools[_kind(figure, own)]).split(maxsplit=1)
        if figure.get("kind") == "organisation":
            words[own[0] if own[0].lower() != "the" else own[1]] = new[-1]
        elif len(own) == 1:
            words[own[0]] = new[-1]
        else:
            words |= {own[0]: new[0], " ".join(own[1:]): new[-1]}
    words |= {word.replace("'", "’"): new for word, new in words.items()}
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
    return lambda text: pattern.sub(lambda match: words[match[0]], text)


def _unused(names: Sequence[str], texts: str, number: int) -> Iterator[str]:
    """The names in turn, those first of which the texts have no word, so that nobody gets a stranger's name."""
    turned = [names[(number + at) % len(names)] for at in range(len(names))]
    taken = set(re.findall(r"\w+", texts))
    return iter(sorted(turned, key=lambda name: not taken.isdisjoint(re.findall(r"\w+", name))))


def _kind(figure: Mapping[str, Any], words: Sequence[str]) -> str:
    if figure.get("kind") == "organisation":
        return "organisation"
    gender = gender_of(words)
    return "unknown" if gender is None else gender.value


@cache
def name_sets() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The sets of names to put in, by what is particular about them."""
    text = files("stancewatch.evaluation").joinpath("other_names.yaml").read_text("utf-8")
    sets: Mapping[str, Mapping[str, Sequence[str]]] = yaml.safe_load(text)
    return sets


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

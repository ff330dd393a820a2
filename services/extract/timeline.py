"""What each article testifies of one actor's stance on one issue, in order of publication."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from shared.vocabulary import Stance


class DatedStatement(NamedTuple):
    """One stored statement with what its weight and its place in time depend on."""

    statement_id: int
    article_url: str
    story_id: int
    published_at: datetime
    stance: Stance
    confidence: float
    own_words: bool
    start: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Weights:
    """How much one statement weighs, in nats: the logarithm of how much likelier its stance is than another.

    `ceiling` bounds what one article may weigh, however sure its statements are; `hearsay` is the share that
    somebody else's characterisation keeps of what the actor's own words would weigh.
    """

    ceiling: float
    hearsay: float


class LeftOut(StrEnum):
    """Why a statement does not count."""

    COPY = "copy"  # the same story told it before
    REPEATED_WORDS = "repeated_words"  # an earlier article carried the very same words
    OUTWEIGHED = "outweighed"  # the same article shows another stance at least as strongly, or it weighs nothing


class Testimony(NamedTuple):
    """What one article shows; `shown_by` is the statement that shows it best, `weight` is above zero."""

    article_url: str
    published_at: datetime
    stance: Stance
    weight: float
    shown_by: DatedStatement
    agreeing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Omission:
    """A statement that does not count, with the reason."""

    statement_id: int
    reason: LeftOut


@dataclass(frozen=True, slots=True)
class Timeline:
    testimonies: tuple[Testimony, ...]
    omissions: tuple[Omission, ...]


def build_timeline(statements: Iterable[DatedStatement], *, weights: Weights) -> Timeline:
    """Weigh statements article by article; the result depends on what was published, not on what arrived when."""
    ordered = sorted(statements, key=_place)
    omissions = dict(_repetitions(ordered))
    counted = [statement for statement in ordered if statement.statement_id not in omissions]
    testimonies: list[Testimony] = []
    for _, group in groupby(counted, key=attrgetter("article_url")):
        article = tuple(group)
        testimony = _testimony(article, weights)
        if testimony.weight > 0:
            testimonies.append(testimony)
        omissions.update((number, LeftOut.OUTWEIGHED) for number in _unheard(article, testimony))
    left_out = (statement.statement_id for statement in ordered if statement.statement_id in omissions)
    return Timeline(tuple(testimonies), tuple(Omission(number, omissions[number]) for number in left_out))


def weigh(statement: DatedStatement, weights: Weights) -> float:
    """Turn a confidence among three stances into nats; a confidence of a third or less weighs nothing."""
    confidence = min(max(statement.confidence, 1 / 3), 0.999)
    nats = min(math.log(2 * confidence / (1 - confidence)), weights.ceiling)
    return nats if statement.own_words else nats * weights.hearsay


# Ids tell the order of arrival, so they come last: everything before them is the same in every run.
_place = attrgetter("published_at", "article_url", "start", "stance", "statement_id")

# Five words or fewer ("She is against the plan.") are said again in earnest; more than that is a quotation.
SHORTEST_QUOTATION = 6


def _repetitions(ordered: Iterable[DatedStatement]) -> Iterator[tuple[int, LeftOut]]:
    told: dict[tuple[int, str], str] = {}
    quoted: dict[str, str] = {}
    for statement in ordered:
        words = " ".join(statement.evidence.casefold().split())
        in_story = told.setdefault((statement.story_id, words), statement.article_url)
        in_print = quoted.setdefault(words, statement.article_url)
        if in_story != statement.article_url:
            yield statement.statement_id, LeftOut.COPY
        elif in_print != statement.article_url and words.count(" ") + 1 >= SHORTEST_QUOTATION:
            yield statement.statement_id, LeftOut.REPEATED_WORDS


def _testimony(article: tuple[DatedStatement, ...], weights: Weights) -> Testimony:
    if len(article) == 1:
        return _testimony_of_one(article[0], weights)
    weighed = {statement.statement_id: weigh(statement, weights) for statement in article}
    shares = _shares(article, weighed)
    stance = max(sorted(shares), key=lambda each: shares[each])
    contrary = max((share for each, share in shares.items() if each is not stance), default=0.0)
    agreeing = [statement for statement in article if statement.stance is stance]
    return Testimony(
        article_url=article[0].article_url,
        published_at=article[0].published_at,
        stance=stance,
        weight=min(shares[stance], weights.ceiling) - min(contrary, weights.ceiling),
        shown_by=max(agreeing, key=lambda statement: (weighed[statement.statement_id], -statement.start)),
        agreeing=tuple(statement.statement_id for statement in agreeing),
    )


def _unheard(article: tuple[DatedStatement, ...], testimony: Testimony) -> Iterator[int]:
    heard = testimony.agreeing if testimony.weight > 0 else ()
    return (statement.statement_id for statement in article if statement.statement_id not in heard)


def _testimony_of_one(statement: DatedStatement, weights: Weights) -> Testimony:
    """What nearly every article comes to, without the sums."""
    number, url, _, published_at, stance, *_ = statement
    return Testimony(url, published_at, stance, weigh(statement, weights), statement, (number,))


def _shares(article: tuple[DatedStatement, ...], weighed: Mapping[int, float]) -> dict[Stance, float]:
    """Sum the weights by stance; sentences of one article err together: the second counts half, the third a quarter."""
    by_stance: dict[Stance, list[float]] = {}
    for statement in article:
        by_stance.setdefault(statement.stance, []).append(weighed[statement.statement_id])
    return {
        stance: sum(nats / 2**rank for rank, nats in enumerate(sorted(found, reverse=True)))
        for stance, found in by_stance.items()
    }

"""What each article testifies of one actor's stance on one issue, in order of publication."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.vocabulary import Arrival, Decision, Stance


class DatedStatement(NamedTuple):
    """One stored statement with what its weight and its place in time depend on.

    The first five fields are its place: a statement sorts as the tuple that it is. Ids tell the order of arrival, so
    they come last among these: what is before them is the same in every run. A thousand of these are read at every
    review, so words may stand for members of the enums, as they come from the database. `words` names the evidence's
    words: equal where they are the same; whether they are enough to be a quotation is beside it.
    """

    published_at: datetime
    article_url: str
    start: int
    stance: Stance
    statement_id: int
    story_id: int
    confidence: float
    own_words: bool
    words: int
    is_quotation: bool
    arrived: Arrival = Arrival.LIVE
    decided: Decision | None = None


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
    REJECTED = "rejected"  # a person said that it was read wrong


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
    """What counts, an article after the other, in columns: a thousand articles are no thousand objects.

    `shown_by` is the statement that shows best what an article testifies, `weights` in nats are above zero; `together`
    holds, by the article's place, the statements that agree where there are several.
    """

    shown_by: tuple[DatedStatement, ...]
    weights: tuple[float, ...]
    together: Mapping[int, tuple[int, ...]]
    omissions: tuple[Omission, ...]

    @property
    def testimonies(self) -> tuple[Testimony, ...]:
        """What each article shows."""
        return tuple(map(self.testimony, range(len(self.weights))))

    def until(self, end: int) -> Timeline:
        """The timeline as it was before the article at `end`."""
        return replace(self, shown_by=self.shown_by[:end], weights=self.weights[:end])

    def testimony(self, place: int) -> Testimony:
        """What the article at one place shows."""
        shown_by = self.shown_by[place]
        agreeing = self.together.get(place, (shown_by.statement_id,))
        stance = STANCE_OF[shown_by.stance]
        return Testimony(shown_by.article_url, shown_by.published_at, stance, self.weights[place], shown_by, agreeing)


def build_timeline(statements: Iterable[DatedStatement], *, weights: Weights) -> Timeline:
    """Weigh statements article by article; the result depends on what was published, not on what arrived when."""
    ordered = sorted(statements)
    omitted = _repetitions(ordered)
    counted = [each for each in ordered if each.statement_id not in omitted] if omitted else ordered
    shown_by, several = _articles(counted)
    nats = weigh(shown_by, weights)
    together = {}
    for place, article in several.items():
        testimony = _testimony(article, weights)
        shown_by[place], nats[place], together[place] = testimony.shown_by, testimony.weight, testimony.agreeing
        omitted |= dict.fromkeys(_unheard(article, testimony.agreeing), LeftOut.OUTWEIGHED)
    timeline = Timeline(tuple(shown_by), tuple(nats), together, ())
    if nats and min(nats) <= 0:
        timeline = _without_the_weightless(timeline, several, omitted)
    return replace(timeline, omissions=_in_order(ordered, omitted)) if omitted else timeline


def weigh(statements: Iterable[DatedStatement], weights: Weights) -> list[float]:
    """Turn each confidence among three stances into nats; a confidence of a third or less weighs nothing.

    What a person confirmed is as sure as anything can be.
    """
    ceiling, hearsay, log = weights.ceiling, weights.hearsay, math.log
    weighed = []
    for _, _, _, _, _, _, confidence, own_words, _, _, _, decided in statements:
        sure = confidence if confidence > LEAST else LEAST
        if sure > SUREST or (decided and decided == Decision.CONFIRM):
            sure = SUREST
        nats = log(2 * sure / (1 - sure))
        if nats > ceiling:  # noqa: PLR1730 - a call for each of a thousand
            nats = ceiling
        weighed.append(nats if own_words else nats * hearsay)
    return weighed


LEAST, SUREST = 1 / 3, 0.999
STANCE_OF = {stance: stance for stance in Stance}


def _repetitions(ordered: Sequence[DatedStatement]) -> dict[int, LeftOut]:
    """Find what was told before. Most words are new, and a look at one dictionary is all that they cost."""
    omitted: dict[int, LeftOut] = {}
    first_with: dict[int, DatedStatement] = {}
    told: dict[tuple[int, int], str] = {}
    for statement in ordered:
        if statement.decided and statement.decided == Decision.REJECT:
            omitted[statement.statement_id] = LeftOut.REJECTED
            continue
        first = first_with.setdefault(statement.words, statement)
        if first is statement:
            continue
        told.setdefault((first.story_id, first.words), first.article_url)
        in_story = told.setdefault((statement.story_id, statement.words), statement.article_url)
        if in_story != statement.article_url:
            omitted[statement.statement_id] = LeftOut.COPY
        elif statement.is_quotation and first.article_url != statement.article_url:
            omitted[statement.statement_id] = LeftOut.REPEATED_WORDS
    return omitted


def _articles(counted: Iterable[DatedStatement]) -> tuple[list[DatedStatement], dict[int, list[DatedStatement]]]:
    """Return the first statement of each article, and by its place all of an article that has several.

    What a revision added to an article has a date of its own, and other articles may lie between.
    """
    firsts: list[DatedStatement] = []
    several: dict[int, list[DatedStatement]] = {}
    last_at, last_url = None, ""
    for statement in counted:
        at, url = statement[0], statement[1]
        if url == last_url and at == last_at:
            several.setdefault(len(firsts) - 1, [firsts[-1]]).append(statement)
        else:
            firsts.append(statement)
            last_at, last_url = at, url
    return firsts, several


def _testimony(article: Sequence[DatedStatement], weights: Weights) -> Testimony:
    weighed = dict(zip((each.statement_id for each in article), weigh(article, weights), strict=True))
    shares = _shares(article, weighed)
    stance = max(sorted(shares), key=lambda each: shares[each])
    contrary = max((share for each, share in shares.items() if each is not stance), default=0.0)
    agreeing = [statement for statement in article if statement.stance == stance]
    return Testimony(
        article_url=article[0].article_url,
        published_at=article[0].published_at,
        stance=stance,
        weight=min(shares[stance], weights.ceiling) - min(contrary, weights.ceiling),
        shown_by=max(agreeing, key=lambda statement: (weighed[statement.statement_id], -statement.start)),
        agreeing=tuple(statement.statement_id for statement in agreeing),
    )


def _shares(article: Sequence[DatedStatement], weighed: Mapping[int, float]) -> dict[Stance, float]:
    """Sum the weights by stance; sentences of one article err together: the second counts half, the third a quarter."""
    by_stance: dict[Stance, list[float]] = {}
    for statement in article:
        by_stance.setdefault(STANCE_OF[statement.stance], []).append(weighed[statement.statement_id])
    return {
        stance: sum(nats / 2**rank for rank, nats in enumerate(sorted(found, reverse=True)))
        for stance, found in by_stance.items()
    }


def _unheard(article: Iterable[DatedStatement], heard: tuple[int, ...]) -> Iterator[int]:
    return (statement.statement_id for statement in article if statement.statement_id not in heard)


def _without_the_weightless(
    timeline: Timeline, several: Mapping[int, Sequence[DatedStatement]], omitted: dict[int, LeftOut]
) -> Timeline:
    kept = []
    for place, nats in enumerate(timeline.weights):
        if nats > 0:
            kept.append(place)
        else:
            article = several.get(place, (timeline.shown_by[place],))
            omitted |= dict.fromkeys(_unheard(article, ()), LeftOut.OUTWEIGHED)
    return Timeline(
        shown_by=tuple(timeline.shown_by[place] for place in kept),
        weights=tuple(timeline.weights[place] for place in kept),
        together={now: timeline.together[place] for now, place in enumerate(kept) if place in timeline.together},
        omissions=(),
    )


def _in_order(ordered: Sequence[DatedStatement], omitted: Mapping[int, LeftOut]) -> tuple[Omission, ...]:
    numbers = (statement.statement_id for statement in ordered)
    return tuple(Omission(number, omitted[number]) for number in numbers if number in omitted)

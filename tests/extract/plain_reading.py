"""Timelines and periods read as one would write them down first: slow, and what the quick reading must agree with."""

from collections.abc import Iterable
from itertools import groupby
from math import log

from services.extract.timeline import DatedStatement, LeftOut, Omission, Testimony, Weights
from shared.vocabulary import Decision, Stance

STANCES = (Stance.FAVOR, Stance.AGAINST, Stance.MIXED)
Run = tuple[Stance, tuple[Testimony, ...]]


Plain = tuple[tuple[Testimony, ...], tuple[Omission, ...]]


def plain_timeline(statements: Iterable[DatedStatement], weights: Weights) -> Plain:
    """Sort, leave out what was told before, and weigh article by article."""
    key = lambda each: (each.published_at, each.article_url, each.start, each.stance, each.statement_id)  # noqa: E731
    ordered = sorted(statements, key=key)
    omissions = plain_repetitions(ordered)
    counted = [each for each in ordered if each.statement_id not in omissions]
    testimonies = []
    for _, group in groupby(counted, key=lambda each: (each.article_url, each.published_at)):
        article = list(group)
        testimony = plain_testimony(article, weights)
        if testimony.weight > 0:
            testimonies.append(testimony)
        heard = testimony.agreeing if testimony.weight > 0 else ()
        omissions |= {each.statement_id: LeftOut.OUTWEIGHED for each in article if each.statement_id not in heard}
    numbers = [each.statement_id for each in ordered if each.statement_id in omissions]
    return tuple(testimonies), tuple(Omission(number, omissions[number]) for number in numbers)


def plain_repetitions(ordered: list[DatedStatement]) -> dict[int, LeftOut]:
    omissions = {each.statement_id: LeftOut.REJECTED for each in ordered if each.decided == Decision.REJECT}
    told: dict[tuple[int, int], str] = {}
    quoted: dict[int, str] = {}
    for each in (each for each in ordered if each.decided != Decision.REJECT):
        in_story = told.setdefault((each.story_id, each.words), each.article_url)
        in_print = quoted.setdefault(each.words, each.article_url)
        if in_story != each.article_url:
            omissions[each.statement_id] = LeftOut.COPY
        elif in_print != each.article_url and each.is_quotation:
            omissions[each.statement_id] = LeftOut.REPEATED_WORDS
    return omissions


def plain_weight(each: DatedStatement, weights: Weights) -> float:
    confidence = 0.999 if each.decided == Decision.CONFIRM else min(max(each.confidence, 1 / 3), 0.999)
    nats = min(log(2 * confidence / (1 - confidence)), weights.ceiling)
    return nats if each.own_words else nats * weights.hearsay


def plain_testimony(article: list[DatedStatement], weights: Weights) -> Testimony:
    weighed = {each.statement_id: plain_weight(each, weights) for each in article}
    shares = {}
    for stance in dict.fromkeys(each.stance for each in article):
        found = sorted((weighed[each.statement_id] for each in article if each.stance is stance), reverse=True)
        shares[stance] = sum(nats / 2**rank for rank, nats in enumerate(found))
    stance = max(sorted(shares), key=shares.__getitem__)
    contrary = max((share for each, share in shares.items() if each is not stance), default=0.0)
    agreeing = [each for each in article if each.stance is stance]
    weight = min(shares[stance], weights.ceiling) - min(contrary, weights.ceiling)
    best = max(agreeing, key=lambda each: (weighed[each.statement_id], -each.start))
    numbers = tuple(each.statement_id for each in agreeing)
    return Testimony(article[0].article_url, article[0].published_at, stance, weight, best, numbers)


def plain_periods(testimonies: tuple[Testimony, ...], burden: float) -> list[Run]:
    """Viterbi's algorithm as in the book: all costs and all origins of every step."""
    costs = [0.0] * len(STANCES)
    came_from = []
    for testimony in testimonies:
        least = min(costs)
        changed = [least + burden < cost for cost in costs]
        came_from.append([costs.index(least) if change else here for here, change in enumerate(changed)])
        costs = [least + burden if change else cost for change, cost in zip(changed, costs, strict=True)]
        pairs = zip(STANCES, costs, strict=True)
        costs = [cost if stance is testimony.stance else cost + testimony.weight for stance, cost in pairs]
    state, path = costs.index(min(costs)), []
    for origins in reversed(came_from):
        path.append(STANCES[state])
        state = origins[state]
    runs = groupby(zip(reversed(path), testimonies, strict=True), key=lambda pair: pair[0])
    return [(stance, tuple(testimony for _, testimony in run)) for stance, run in runs]

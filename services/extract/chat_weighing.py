"""What two readers make together of an article: where they agree, where they do not, and what only one of them saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.extract.chat_answer import Understood
from services.extract.values import Opinion, Passage, Statement
from shared.reader_words import FoundBy
from shared.vocabulary import Stance

# What only the chat reader saw counts, but not for a turn on its own; nobody has measured yet how sure it is.
ALONE = 0.6
# A stance of three on which the readers do not agree is as likely as any other: it stays in the record, for people to
# see, and weighs nothing in a timeline.
DISPUTED = 1 / 3


def together(
    statements: Sequence[Statement], opinions: Sequence[tuple[Passage, Understood]], *, reader: str
) -> tuple[Statement, ...]:
    """The statements of the local reader with the other's opinion of each, and after them what only that one found."""
    by_topic = {(passage.actor.name, passage.issue.id): understood for passage, understood in opinions}
    known = {(one.actor, one.issue) for one in statements}
    alone = [
        _found(passage, understood, reader)
        for passage, understood in opinions
        if (passage.actor.name, passage.issue.id) not in known and understood.evidence is not None
    ]
    judged = (_judged(one, by_topic, reader) for one in statements)
    return tuple(sorted([*judged, *alone], key=lambda one: (one.evidence, one.actor, one.issue)))


def _judged(statement: Statement, opinions: Mapping[tuple[str, str], Understood], reader: str) -> Statement:
    understood = opinions.get((statement.actor, statement.issue))
    if understood is None:
        return statement
    agreed = understood.stance is statement.stance
    confidence = statement.confidence if agreed else min(DISPUTED, statement.confidence)
    return replace(statement, confidence=confidence, opinion=Opinion(reader, understood.stance))


def _found(passage: Passage, understood: Understood, reader: str) -> Statement:
    assert understood.evidence is not None
    assert understood.stance is not Stance.NONE
    return Statement(
        actor=passage.actor.name,
        figure=passage.actor.figure,
        issue=passage.issue.id,
        stance=understood.stance,
        confidence=ALONE,
        own_words=understood.own_words,
        evidence=understood.evidence,
        found_by=FoundBy.CHAT,
        opinion=Opinion(reader, understood.stance),
    )

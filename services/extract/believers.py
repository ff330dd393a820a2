"""Who is meant by a word, and what actors are said to say or believe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spacy.tokens import Doc, Token

from services.extract.actors import Cast
from services.extract.lexicon import load_lexicon
from services.extract.values import Span
from services.extract.voices import named_in, speaker_of

MEANT = frozenset({"NOUN", "PROPN", "PRON"})


def named_tokens(doc: Doc, cast: Cast) -> dict[int, str]:
    """The actor that each word means, by token number."""
    return {
        token.i: name
        for token in doc
        if token.pos_ in MEANT
        for name in (cast.actor_at(Span(token.idx, token.idx + len(token))),)
        if name is not None
    }


def believed(doc: Doc, named: Mapping[int, str]) -> dict[int, frozenset[str]]:
    """What actors are said to say or believe, alone or together ("Democrats, including A and B, believe that ...")."""
    reports = load_lexicon().reports
    heard: dict[int, frozenset[str]] = {}
    for verb in doc:
        if verb.pos_ != "VERB" or verb.lemma_.lower() not in reports:
            continue
        subject = speaker_of(verb)
        meant = _included(verb) if subject is None else named_in(subject, named)
        holders = frozenset(named[i] for i in meant if i in named)
        if holders:
            heard.update(
                (token.i, holders) for child in verb.children if _is_said(child, verb) for token in child.subtree
            )
    return heard


def _included(verb: Token) -> Iterator[int]:
    """The words between "including" and a verb whose subject the parser lost."""
    before = [token for token in verb.sent if token.i < verb.i]
    start = max((token.i for token in before if token.lower_ == "including"), default=None)
    if start is not None and before[-1].text == ",":
        yield from (token.i for token in before if token.i > start and token.nbor().lower_ in {",", "and", "or"})


def _is_said(clause: Token, verb: Token) -> bool:
    return clause.dep_ == "ccomp" and clause.i > verb.i

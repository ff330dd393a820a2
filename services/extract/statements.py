"""Which actors of an article take which stance on which tracked issue, with the words that show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from services.extract.actors import Cast
from services.extract.believers import believed, named_tokens
from services.extract.contrast import opposed
from services.extract.issues import IssueView, TrackedIssue, view_issues
from services.extract.lexicon import load_lexicon
from services.extract.officers import find_officers
from services.extract.once import once, text_of
from services.extract.predicates import Scene
from services.extract.values import Actor, ArticleText, Attribution, Span, Statement
from services.extract.voices import FIRST_PERSON, Voice
from services.extract.weighing import weigh
from services.extract.witnesses import Witness, find_witnesses
from shared.vocabulary import AttributionKind, Stance

# What one plain witness weighs: less is a guess, and a false statement costs more than a missed one.
ENOUGH = 0.5
# How sure a stance is that only follows from a divide that the article declares.
BY_CONTRAST = 0.65
SPOKESPERSON = re.compile(r"\b(?:spokes\w+|aide|press secretary|representative|counsel|lawyer)\b", re.IGNORECASE)
# Characters between a sentence and the quotation that goes on with its subject.
NEAR = 160


def find_statements(
    doc: Doc, article: ArticleText, cast: Cast, attributions: Sequence[Attribution], *, issues: Sequence[TrackedIssue]
) -> tuple[Statement, ...]:
    """At most one statement for each actor and issue, in the order of their evidence."""
    lexicon = load_lexicon()
    voices = article_voices(doc, cast, attributions)
    views = tuple(view_issues(doc, issues, lexicon))
    found = [
        statement
        for view in views
        for actor in cast.actors
        if actor.name in voices
        for statement in _statement(doc, actor, view, Scene(voices[actor.name], view.mentions, lexicon, view.rivals))
    ]
    found += _on_the_other_side(doc, cast, views, found)
    return tuple(sorted(found, key=lambda statement: (statement.evidence, statement.actor, statement.issue)))


def article_voices(doc: Doc, cast: Cast, attributions: Sequence[Attribution]) -> dict[str, Voice]:
    """The voice of each actor by name; of nested attributions the innermost speaker is heard."""
    return once(doc, ("voices", cast, tuple(attributions)), lambda: _voices(doc, cast, attributions))


def _voices(doc: Doc, cast: Cast, attributions: Sequence[Attribution]) -> dict[str, Voice]:
    named = named_tokens(doc, cast)
    attributed = _heard(doc, attributions, cast, named)
    heard = attributed | {i: who for i, who in believed(doc, named).items() if len(who) > 1 or i not in attributed}
    mentions: dict[str, set[int]] = {}
    contents: dict[str, set[int]] = {}
    for i, speakers in heard.items():
        for speaker in speakers:
            contents.setdefault(speaker, set()).add(i)
            if doc[i].lower_ in FIRST_PERSON:
                mentions.setdefault(speaker, set()).add(i)
    for i, name in named.items():
        mentions.setdefault(name, set()).add(i)
    return {
        name: Voice(frozenset(meant), own, frozenset(heard) - own)
        for name, meant in mentions.items()
        for own in (frozenset(contents.get(name, ())),)
    }


def _heard(
    doc: Doc, attributions: Sequence[Attribution], cast: Cast, named: Mapping[int, str]
) -> dict[int, frozenset[str]]:
    """Who is heard at each token; nobody in particular is an empty set."""
    heard: dict[int, frozenset[str]] = {}
    officers = find_officers(text_of(doc), cast)
    for attribution in sorted(attributions, key=lambda one: one.content.start - one.content.end):
        content = doc.char_span(*attribution.content, alignment_mode="expand")
        if content is not None and not _introduces(doc, attribution):
            actor = attribution.actor or _subject_before(doc, content, attribution, named)
            speaker = frozenset[str]() if actor is None else frozenset({actor})
            speakers = _spoken_for(doc, attribution, content, named) or speaker | {
                officers[name] for name in speaker if name in officers
            }
            heard.update((token.i, speakers) for token in content)
    return heard


def _spoken_for(doc: Doc, attribution: Attribution, content: DocSpan, named: Mapping[int, str]) -> frozenset[str]:
    """Whom a spokesperson speaks of first ("she is undecided, an aide said")."""
    source = attribution.source
    if source is None or not SPOKESPERSON.search(text_of(doc)[source.start : source.end]):
        return frozenset()
    subject = next((t.i for t in content if t.dep_ in {"nsubj", "nsubjpass"}), None)
    return frozenset({named[subject]}) if subject is not None and subject in named else frozenset()


def _subject_before(doc: Doc, content: DocSpan, attribution: Attribution, named: Mapping[int, str]) -> str | None:
    """Whom a quotation without any source goes on from ("She did answer. "I am not a runway mayor." ")."""
    if attribution.source is not None or attribution.kind is AttributionKind.INDIRECT:
        return None
    before = [i for i in named if i < content.start and doc[i].dep_ in {"nsubj", "nsubjpass"}]
    near = bool(before) and content.start_char - doc[before[-1]].idx < NEAR
    return named[before[-1]] if near and "\n" not in text_of(doc)[doc[before[-1]].idx : content.start_char] else None


def _introduces(doc: Doc, attribution: Attribution) -> bool:
    """Whether what looks like content only leads up to its source ("her stance straddles: the ministry thinks ...")."""
    source = attribution.source
    if source is None or attribution.kind is not AttributionKind.INDIRECT or attribution.content.end > source.start:
        return False
    return attribution.actor is None or text_of(doc)[attribution.content.start : source.start].rstrip().endswith(":")


def _on_the_other_side(
    doc: Doc, cast: Cast, views: Sequence[IssueView], found: Sequence[Statement]
) -> Iterator[Statement]:
    """What a declared divide says of those who showed no stance of their own."""
    lexicon = load_lexicon()
    named = named_tokens(doc, cast)
    figures = {actor.name: actor.figure for actor in cast.actors}
    known = {(statement.actor, statement.issue) for statement in found}
    for view in views:
        issue = view.tracked.issue.id
        for name, stance, sent in opposed(doc, named, view, lexicon):
            if name in figures and (name, issue) not in known:
                known.add((name, issue))
                evidence = trimmed(doc, sent)
                yield Statement(name, figures[name], issue, stance, BY_CONTRAST, own_words=False, evidence=evidence)


def _statement(doc: Doc, actor: Actor, view: IssueView, scene: Scene) -> Iterator[Statement]:
    witnesses = find_witnesses(doc, scene)
    decision = weigh(witnesses)
    counted = [witness for witness in witnesses if witness.signal is None]
    if decision.stance is Stance.NONE or max(witness.weight for witness in counted) < ENOUGH:
        return
    best = _best(counted, decision.stance)
    yield Statement(
        actor=actor.name,
        figure=actor.figure,
        issue=view.tracked.issue.id,
        stance=decision.stance,
        confidence=decision.confidence,
        own_words=best.own_words,
        evidence=trimmed(doc, doc[best.token].sent),
    )


def _best(witnesses: Sequence[Witness], stance: Stance) -> Witness:
    agreeing = [witness for witness in witnesses if witness.stance is stance] or list(witnesses)
    return max(agreeing, key=lambda witness: (witness.weight, -witness.token))


def trimmed(doc: Doc, sent: DocSpan) -> Span:
    """The span of a sentence without the blanks around it."""
    text = text_of(doc)[sent.start_char : sent.end_char]
    start = sent.start_char + len(text) - len(text.lstrip())
    return Span(start, sent.start_char + len(text.rstrip()))

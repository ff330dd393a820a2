"""What of an article the chat reader is shown of a figure on an issue: never the whole, only where it may matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from spacy.tokens import Doc

from services.extract.actors import Cast
from services.extract.excerpts import REACH, Page
from services.extract.issues import TrackedIssue, view_issues
from services.extract.lexicon import load_lexicon
from services.extract.predicates import Scene
from services.extract.second_reading import hear
from services.extract.statements import article_voices
from services.extract.values import Attribution, Passage, Span, Statement

# Characters of one passage; what a figure says of an issue in a long article is said in its first sentences.
LONGEST = 4_000


def find_passages(
    doc: Doc,
    cast: Cast,
    attributions: Sequence[Attribution],
    *,
    issues: Sequence[TrackedIssue],
    found: Sequence[Statement],
) -> tuple[Passage, ...]:
    """A passage for each figure and issue that something may be said of, those with a statement first."""
    return tuple(sorted(_passages(doc, cast, attributions, issues, found), key=lambda one: not _stated(one, found)))


def _passages(
    doc: Doc,
    cast: Cast,
    attributions: Sequence[Attribution],
    issues: Sequence[TrackedIssue],
    found: Sequence[Statement],
) -> Iterator[Passage]:
    voices = article_voices(doc, cast, attributions)
    for view in view_issues(doc, issues, load_lexicon()):
        for actor in cast.actors:
            if actor.figure is None or actor.name not in voices:
                continue
            hearing = hear(
                doc, cast, actor, view, Scene(voices[actor.name], view.mentions, load_lexicon(), view.rivals)
            )
            issue = view.tracked.issue
            said = [s.evidence for s in found if (s.actor, s.issue) == (actor.name, issue.id)]
            wanted = sorted({*hearing.sentences, *_numbers(hearing.page.sentences, said)})
            stretches, shown = _stretches(hearing.page, wanted)
            if stretches:
                yield Passage(actor, issue, stretches, tuple(hearing.page.sentences[at] for at in shown))


def _stated(passage: Passage, found: Iterable[Statement]) -> bool:
    return any((one.actor, one.issue) == (passage.actor.name, passage.issue.id) for one in found)


def _numbers(sentences: Sequence[Span], spans: Iterable[Span]) -> Iterator[int]:
    for span in spans:
        yield from (at for at, one in enumerate(sentences) if one.start < span.end and span.start < one.end)


def _stretches(page: Page, wanted: Sequence[int]) -> tuple[tuple[Span, ...], tuple[int, ...]]:
    """The stretches of text around the wanted sentences as far as there is room, and which of those are in them."""
    shown: set[int] = set()
    inside: list[int] = []
    for at in wanted:
        more = shown.union(_around(page, at))
        if sum(span.end - span.start for span in _joined(page.sentences, more)) <= LONGEST:
            shown = more
            inside.append(at)
    return _joined(page.sentences, shown), tuple(inside)


def _around(page: Page, at: int) -> Iterable[int]:
    """A sentence with its neighbours in the paragraph and the one before them that names the issue."""
    beside = [
        i for i in (at - 1, at, at + 1) if 0 <= i < len(page.sentences) and page.paragraph[i] == page.paragraph[at]
    ]
    if any(page.naming[i] for i in beside):
        return beside
    before = range(beside[0] - 1, max(-1, beside[0] - 1 - REACH), -1)
    return chain([i for i in before if page.naming[i]][:1], beside)


def _joined(sentences: Sequence[Span], numbers: Iterable[int]) -> tuple[Span, ...]:
    """Neighbouring sentences as one span, with the blanks between them."""
    spans: list[Span] = []
    last = -2
    for at in sorted(numbers):
        if at == last + 1:
            spans[-1] = Span(spans[-1].start, sentences[at].end)
        else:
            spans.append(sentences[at])
        last = at
    return tuple(span for span in spans if span.end > span.start)

"""What the judge is shown of an article around one sentence: names as marks, and what the sentence is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from services.extract.actors import Cast, Mention
from services.extract.columns import columns
from services.extract.issues import IssueView, named_terms, tells_of_it
from services.extract.model.masking import ACTOR, OTHER
from services.extract.once import once, text_of
from services.extract.paragraphs import paragraphs
from services.extract.predicates import OWN_WORD
from services.extract.values import Actor, Span

# How many sentences back the one that leads in may lie.
REACH = 12
# The judge reads 176 word pieces; what is longer is cut at its beginning.
LONGEST = 900
SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Page:
    """An article's sentences as one actor and one issue are read in them."""

    sentences: Sequence[Span]
    paragraph: Sequence[int]
    marked: Sequence[str]
    naming: Sequence[bool]

    def excerpts(self, at: int) -> tuple[str, ...]:
        """A sentence with the one before it, alone, and with both neighbours of its paragraph.

        Each is led in by the nearest sentence before it that names the issue, unless it does so itself.
        """
        before, after = self._next(at, -1), self._next(at, 1)
        beside = [i for i in (before, at, after) if i is not None and self.paragraph[i] == self.paragraph[at]]
        shown = ([at] if before is None else [before, at], [at], beside)
        return tuple(" ".join(self.marked[i] for i in self._led_in(one))[-LONGEST:] for one in shown)

    def is_named(self, at: int, *, within: int) -> bool:
        """Whether the issue is named in the sentence or at most `within` sentences before it."""
        return any(self.naming[max(0, at - within) : at + 1])

    def _led_in(self, shown: list[int]) -> list[int]:
        if any(self.naming[i] for i in shown):
            return shown
        before = range(shown[0] - 1, max(-1, shown[0] - 1 - REACH), -1)
        return [*(i for i in before if self.naming[i])][:1] + shown

    def _next(self, at: int, step: int) -> int | None:
        """The next sentence that is not blank."""
        end = len(self.marked) if step > 0 else -1
        return next((i for i in range(at + step, end, step) if self.marked[i]), None)


def open_page(doc: Doc, actor: Actor, cast: Cast, view: IssueView) -> Page:
    """The page of an article on which `actor` is read toward the issue of `view`."""
    sentences, paragraph = once(doc, "sentences and paragraphs", lambda: _laid_out(doc))
    marked = once(doc, ("marked", actor.name, cast), lambda: _marked(text_of(doc), sentences, actor, cast))
    named = _naming(doc, view)
    return Page(sentences, paragraph, marked, tuple(number in named for number in range(len(sentences))))


def _naming(doc: Doc, view: IssueView) -> set[int]:
    """The sentences in which a term of the issue stands in full, or two of its words: one alone is of many things."""
    known = columns(doc)
    words: dict[int, set[str]] = {}
    for i, mention in view.mentions.items():
        if mention.weight >= OWN_WORD:
            words.setdefault(known.sentence[i], set()).add(known.stems[i])
    whole = {known.sentence[i] for i in named_terms(doc, view.tracked)}
    return whole | {number for number, seen in words.items() if tells_of_it(frozenset(seen))}


def _laid_out(doc: Doc) -> tuple[tuple[Span, ...], tuple[int, ...]]:
    """Each sentence without the blanks around it, and the number of its paragraph."""
    text = text_of(doc)
    starts = [one.start for one in paragraphs(text)]
    sentences = tuple(_trimmed(text, sent.start_char, sent.end_char) for sent in doc.sents)
    numbers, number = [], 0
    for sentence in sentences:
        while number + 1 < len(starts) and starts[number + 1] <= sentence.start:
            number += 1
        numbers.append(number)
    return sentences, tuple(numbers)


def _trimmed(text: str, start: int, end: int) -> Span:
    inside = text[start:end]
    return Span(end - len(inside.lstrip()), start + len(inside.rstrip())) if inside.strip() else Span(start, start)


def _marked(text: str, sentences: Iterable[Span], actor: Actor, cast: Cast) -> tuple[str, ...]:
    names = [mention for mention in cast.mentions if _is_name(text, mention)]
    marked, first = [], 0
    for sentence in sentences:
        while first < len(names) and names[first].span.start < sentence.start:
            first += 1
        marked.append(_with_marks(text, sentence, names[first:], actor))
    return tuple(marked)


def _with_marks(text: str, sentence: Span, names: Iterable[Mention], actor: Actor) -> str:
    parts, at = [], sentence.start
    for mention in names:
        if mention.span.end > sentence.end:
            break
        if at <= mention.span.start:
            own = actor.name in {mention.actor, mention.principal}
            parts += [text[at : mention.span.start], ACTOR if own else OTHER]
            at = mention.span.end
    return " ".join("".join([*parts, text[at : sentence.end]]).split())


def _is_name(text: str, mention: Mention) -> bool:
    """Pronouns and roles in small letters stay as they are."""
    span = mention.span
    return mention.actor is not None and text[span.start].isupper() and span.end - span.start > SHORTEST_NAME

"""What the judge is shown of an article around one sentence: names as marks, and what the sentence is about."""

from __future__ import annotations

import re
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
from services.extract.values import Actor, Issue, Span

# How many sentences back the one that leads in may lie.
REACH = 12
# The judge reads 176 word pieces; what is longer is cut at its beginning.
LONGEST = 900
# Characters of a window: what lies further from a sentence is seldom about it.
WINDOW = 700
SHORTEST_NAME = 3
POSSESSIVES, ARTICLE = frozenset({"his", "her", "its", "their", "my", "our"}), "the "
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Page:
    """An article's sentences as one actor and one issue are read in them."""

    sentences: Sequence[Span]
    paragraph: Sequence[int]
    marked: Sequence[str]
    naming: Sequence[bool]

    def window(self, at: int) -> tuple[int, ...]:
        """A sentence with its neighbours in the paragraph, as many as the judge can take in, nearest first."""
        first = last = at
        size = len(self.marked[at])
        while True:
            beside = [i for i in (first - 1, last + 1) if 0 <= i < len(self.marked)]
            fits = [
                i for i in beside if self.paragraph[i] == self.paragraph[at] and size + len(self.marked[i]) < WINDOW
            ]
            if not fits:
                return tuple(i for i in range(first, last + 1) if self.marked[i])
            size += len(self.marked[fits[0]])
            first, last = min(first, fits[0]), max(last, fits[0])

    def told(self, shown: Sequence[int]) -> str:
        """Sentences as the judge reads them, led in by the nearest before them that names the issue, if none does."""
        return " ".join(self.marked[i] for i in self._led_in(list(shown)))[-LONGEST:]

    def _led_in(self, shown: list[int]) -> list[int]:
        if any(self.naming[i] for i in shown):
            return shown
        before = range(shown[0] - 1, max(-1, shown[0] - 1 - REACH), -1)
        return [*(i for i in before if self.naming[i])][:1] + shown


def open_page(doc: Doc, actor: Actor, cast: Cast, view: IssueView, heard: frozenset[int]) -> Page:
    """The page of an article on which `actor`, whose words fill the sentences `heard`, is read toward the issue."""
    sentences, paragraph = once(doc, "sentences and paragraphs", lambda: _laid_out(doc))
    known = _capital_words(view.tracked.issue)
    name = "marked", actor.name, cast, known
    marked = once(doc, name, lambda: _marked(text_of(doc), sentences, actor, cast, known))
    led = tuple(_led_by(line) if at in heard and line else line for at, line in enumerate(marked))
    named = _naming(doc, view)
    return Page(sentences, paragraph, led, tuple(number in named for number in range(len(sentences))))


def _led_by(line: str) -> str:
    """A sentence of somebody's speech that does not say whose it is, with the speaker in front."""
    return line if ACTOR in line else f"{ACTOR}: {line}"


def _capital_words(issue: Issue) -> frozenset[str]:
    """The names in what an issue is called, in small letters."""
    wordings = (issue.name, issue.proposition, *issue.terms)
    return frozenset(word.lower() for wording in wordings for word in WORD.findall(wording) if not word.islower())


def _naming(doc: Doc, view: IssueView) -> set[int]:
    """The sentences in which a term of the issue stands in full, or two of its words: one alone is of many things."""
    known = columns(doc)
    words: dict[int, set[str]] = {}
    for i, mention in view.mentions.items():
        if mention.weight >= OWN_WORD:
            words.setdefault(known.sentence[i], set()).add(known.stems[i])
    whole = {known.sentence[i] for i in named_terms(doc, view.tracked)}
    return whole | {number for number, seen in words.items() if tells_of_it(seen, view.tracked.proposition.heads)}


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


def _marked(text: str, sentences: Iterable[Span], actor: Actor, cast: Cast, known: frozenset[str]) -> tuple[str, ...]:
    marked, first = [], 0
    for sentence in sentences:
        while first < len(cast.mentions) and cast.mentions[first].span.start < sentence.start:
            first += 1
        after = first
        while after < len(cast.mentions) and cast.mentions[after].span.end <= sentence.end:
            after += 1
        shown = _shown(text, cast.mentions[first:after], actor, known) if first < after else ()
        marked.append(_with_marks(text, sentence, shown, actor))
    return tuple(marked)


def _shown(text: str, inside: Sequence[Mention], actor: Actor, known: frozenset[str]) -> list[Mention]:
    """The mentions that get a mark: names, and where the actor bears none in the sentence, the first pronoun or role.

    What the proposition names keeps its name, or the judge could not tell that the sentence is about it.
    """
    shown = [one for one in inside if _is_name(text, one) and (_is(one, actor) or not _words(text, one) & known)]
    if not any(_is(one, actor) for one in shown):
        stands_in = next((one for one in inside if _is(one, actor)), None)
        if stands_in is not None:
            shown = sorted([*shown, stands_in], key=lambda one: one.span)
    return shown


def _with_marks(text: str, sentence: Span, shown: Iterable[Mention], actor: Actor) -> str:
    parts, at = [], sentence.start
    for mention in shown:
        if at <= mention.span.start:
            start, end = mention.span
            mark = ACTOR if _is(mention, actor) else OTHER
            if text[start:end].lower() in POSSESSIVES:
                mark += "'s"
            elif text[start:end].islower() and text[max(0, start - len(ARTICLE)) : start].lower() == ARTICLE:
                start -= len(ARTICLE)
            parts += [text[at:start], mark]
            at = end
    return " ".join("".join([*parts, text[at : sentence.end]]).split())


def _is(mention: Mention, actor: Actor) -> bool:
    return actor.name in {mention.actor, mention.principal}


def _words(text: str, mention: Mention) -> set[str]:
    return {word.lower() for word in text[mention.span.start : mention.span.end].split()}


def _is_name(text: str, mention: Mention) -> bool:
    """Pronouns and roles in small letters are none."""
    span = mention.span
    return mention.actor is not None and text[span.start].isupper() and span.end - span.start > SHORTEST_NAME

"""Which plain name the parser reads in place of a watched figure's, so that no parse hangs on a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from spacy.language import Language
from spacy.pipeline import Lemmatizer

from services.extract.cues import reporting_words
from services.extract.principals import metonyms
from services.extract.rewriting import Edit
from services.extract.titles import titles
from services.extract.values import Figure, Span
from shared.vocabulary import ActorKind

# Which plain names it is hardly matters, only that they are always the same ones.
FIRST, LAST, ORGANISATION = "Mary", "Smith", "Microsoft"
# What may stand between two words of one name: blanks, initials, a nickname in quotation marks.
WITHIN = re.compile(r"[ \u00a0]+(?:[A-Z]\.?[ \u00a0]+|[\"“'‘]\w+[\"”'’][ \u00a0]+){0,2}")
BARE_POSSESSIVE = re.compile(r"['’](?!\w)")
NEXT_WORD = re.compile(r"[ \u00a0]+(\w+)")
WORD_BEFORE = re.compile(r"([\w.]+)[ \u00a0]+$")
OPENING = frozenset(".!?:;\"“”'‘’(-–—\n")
BLANKS = 8  # so many before a word are looked past
AUXILIARIES = frozenset({"has", "had", "is", "was", "would", "will", "did", "does", "could", "who"})
MONTHS = frozenset({"march", "april", "may", "june", "august"})
OF_TIME = frozenset({"in", "of", "since", "until", "by", "this", "last", "next", "early", "late"})


@dataclass(frozen=True, slots=True)
class Called:
    """What a word of a figure's name tells: whose it is, whether it begins the name, may call the figure alone."""

    figure: str
    kind: ActorKind
    begins: bool
    alone: bool
    ordinary: bool


@dataclass(frozen=True, slots=True)
class StandIns:
    """The words that names of figures are made of, with the automaton that finds them."""

    automaton: AhoCorasick
    called: Sequence[Called]


@dataclass(frozen=True, slots=True)
class _Word:
    span: Span
    called: Called


def stand_ins_for(figures: Iterable[Figure], nlp: Language) -> StandIns:
    """What to look for: built once for a watchlist, used for every article."""
    known: dict[str, Called] = {}
    ordinary = _is_ordinary(nlp)
    for figure in figures:
        for word, called in _called(figure, ordinary):
            known.setdefault(word, called)
    automaton = AhoCorasick(list(known), implementation=Implementation.DFA, matchkind=MatchKind.LeftmostLongest)
    return StandIns(automaton, tuple(known.values()))


def stand_in_edits(text: str, known: StandIns) -> tuple[Edit, ...]:
    """The edits that put a plain name in place of each name of a figure, in order."""
    return tuple(edit for run in _runs(text, _words(text, known)) for edit in _edits(text, run))


def _is_ordinary(nlp: Language) -> Callable[[str], bool]:
    """Whether a word is more than a name, by the words that the model's lemmatizer knows."""
    lemmatizer = cast(Lemmatizer, nlp.get_pipe("lemmatizer"))
    known: Sequence[Container[str]] = tuple(lemmatizer.lookups.get_table("lemma_index").values())
    return lambda word: any(word.lower() in words for words in known)


def _called(figure: Figure, ordinary: Callable[[str], bool]) -> Iterator[tuple[str, Called]]:
    if figure.kind is ActorKind.ORGANISATION:
        for name in (figure.name, *figure.aliases):
            words = name.removeprefix("the ").removeprefix("The ").split()
            if words and all(_is_plain(word) for word in words) and not _is_plural(words):
                yield " ".join(words), Called(figure.id, figure.kind, False, True, ordinary(words[0]))
        return
    for parts in _personal(figure):
        for at, word in enumerate(parts):
            begins = at == 0 and len(parts) > 1 and parts[0] == figure.name.split()[0]
            alone = at in {0, len(parts) - 1} and word[0].isupper()
            yield word, Called(figure.id, figure.kind, begins, alone, ordinary(word))


def _is_plain(word: str) -> bool:
    return word[0].isupper() and word.replace("-", "").isalnum()


def _is_plural(words: Sequence[str]) -> bool:
    return len(words) == 1 and words[0].endswith("s")


def _personal(figure: Figure) -> Iterator[Sequence[str]]:
    """The names of a person without titles, and without what goes back to the office ("the governor")."""
    own = set(figure.name.split())
    for name in (figure.name, *figure.aliases):
        words = name.split()
        while len(words) > 1 and any(" ".join(words[:length]).lower() in titles() for length in (1, 2, 3)):
            words = words[1:]
        if name in metonyms() or not words or words[0] in {"the", "The"} or not words[-1][-1].isalnum():
            continue
        if len(words) > 1 and own & set(words):
            yield [word for word in words if word in own]
        elif all(word[0].isalpha() for word in words):
            yield words


def _words(text: str, known: StandIns) -> Iterator[_Word]:
    for number, start, end in known.automaton.find_matches_as_indexes(text):
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (before.isalnum() or before in {"_", "@", "#"} or after.isalnum()):
            yield _Word(Span(start, end), known.called[number])


def _runs(text: str, words: Iterable[_Word]) -> Iterator[Sequence[_Word]]:
    """Words of one person that stand together as one name."""
    run: list[_Word] = []
    for word in words:
        if run and not _goes_on(text, run[-1], word):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _goes_on(text: str, one: _Word, other: _Word) -> bool:
    same = one.called.figure == other.called.figure and one.called.kind is ActorKind.PERSON
    return same and not other.called.begins and WITHIN.fullmatch(text, one.span.end, other.span.start) is not None


def _edits(text: str, run: Sequence[_Word]) -> Iterator[Edit]:
    start, end = run[0].span.start, run[-1].span.end
    if not any(word.called.alone for word in run) or (len(run) == 1 and not _is_name(text, run[0])):
        return
    if run[0].called.kind is ActorKind.ORGANISATION:
        last = text.rfind(" ", start, end)
        yield Edit(Span(start, last if last >= 0 else end), ORGANISATION)
        return
    if len(run) > 1 and run[0].called.begins:
        yield Edit(run[0].span, FIRST)
        start = run[1].span.start
    yield Edit(Span(start, end), LAST)
    if text[end - 1] == "s" and (mark := BARE_POSSESSIVE.match(text, end)) is not None:
        yield Edit(Span(*mark.span()), "'s")


def _is_name(text: str, word: _Word) -> bool:
    """Whether a word that stands alone is the figure's name, not the ordinary word nor part of a stranger's name."""
    following = NEXT_WORD.match(text, word.span.end)
    after = "" if following is None else following[1]
    if word.called.begins and after[:1].isupper():
        return False
    if not word.called.ordinary:
        return True
    previous = WORD_BEFORE.search(text, max(0, word.span.start - 40), word.span.start)
    before = "" if previous is None else previous[1].lower()
    if before in titles():
        return True
    if text[word.span.start : word.span.end].lower() in MONTHS and (before in OF_TIME or after.isdigit()):
        return False
    if text[max(0, word.span.start - BLANKS) : word.span.start].rstrip(" \u00a0")[-1:] not in OPENING | {""}:
        return True
    return after in AUXILIARIES or after.endswith("ed") or _reports(after) or text[word.span.end :][:2] in {"'s", "’s"}


def _reports(word: str) -> bool:
    return word in {"said", "told", "thinks", "wants"} or word.removesuffix("s") in reporting_words()["verbs"]

"""Where an article names people and organisations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token
from spacy.tokens import Span as Tokens

from services.extract.cues import reporting_words
from services.extract.nlp import STRAIGHT
from services.extract.once import text_of
from services.extract.titles import Title, titles
from services.extract.values import Figure, Watchlist
from shared.vocabulary import ActorKind

POSSESSIVE = frozenset({"'s", "’s", "'", "’", "s"})
NAME_LIMIT = 8


@dataclass(frozen=True, slots=True)
class Name:
    """A name in `doc[start:end]` without its title; `figure` when more than a surname is as the user typed it."""

    start: int
    end: int
    words: tuple[str, ...]
    kind: ActorKind
    title: Title | None
    figure: Figure | None


def find_names(doc: Doc, watchlist: Watchlist) -> tuple[Name, ...]:
    """Names in order, none overlapping: as the user typed them, then as the model finds them, then short forms."""
    typed = list(_typed(doc, watchlist.figures))
    modelled = [name for ent in doc.ents if (name := _from_entity(doc, ent)) is not None]
    names = _without_overlaps(_undisturbed(doc, typed, modelled), modelled)
    names = _without_overlaps(names, _short_names(doc, names))
    return tuple(_without_overlaps(_as_persons(names), _subjects(doc)))


def is_bare(words: Sequence[str], figure: Figure) -> bool:
    """Whether these words are no more than the last (or first) word of a person's name."""
    full = straight(figure.name).split()
    if figure.kind is not ActorKind.PERSON or len(full) == 1:
        return False
    return len(words) == 1 or (len(words) < len(full) and list(words) == full[-len(words) :])


def straight(text: str) -> str:
    return text.translate(STRAIGHT)


def title_before(doc: Doc, at: int) -> Title | None:
    """The title that stands right before `doc[at]`; of "former", "Democratic" and the like nothing is asked."""
    for length in (3, 2, 1):
        words = doc[max(0, at - length) : at].text.lower()
        if at >= length and (title := titles().get(words)) is not None:
            return title
    return None


def _typed(doc: Doc, figures: Iterable[Figure]) -> Iterator[Name]:
    owners = {straight(words): figure for figure in figures for words in (*figure.aliases, figure.name)}
    owners = {words: figure for words, figure in owners.items() if not words.startswith("the ")}
    if not owners:
        return
    longest_first = sorted(owners, key=len, reverse=True)
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])")
    for match in pattern.finditer(straight(text_of(doc))):
        tokens = doc.char_span(*match.span())
        if tokens is not None:
            figure = owners[match.group()]
            # Before a name of several words a capitalised word is an office we do not know ("Superintendent Ann Roe").
            alone = " " not in match.group()
            start = _with_first_name(doc, tokens.start, figure) if alone else tokens.start
            yield _name(doc, start, tokens.end, figure.kind, figure)


def _with_first_name(doc: Doc, start: int, figure: Figure) -> int:
    """Where the name starts if a capitalised word before the surname is no title: another person's first name."""
    before = doc[start - 1] if start else None
    if before is None or figure.kind is not ActorKind.PERSON or title_before(doc, start) is not None:
        return start
    own = set(straight(" ".join((figure.name, *figure.aliases))).split())
    named = before.pos_ == "PROPN" and before.dep_ == "compound" and before.ent_type_ == "PERSON"
    return start - 1 if named or straight(before.text) in own else start


def _name(doc: Doc, start: int, end: int, kind: ActorKind, figure: Figure | None) -> Name:
    while start < end - 1 and titles().get(doc[start].lower_) is not None and kind is ActorKind.PERSON:
        start += 1
    words = tuple(straight(doc[start:end].text).split())  # "Quarmby-Lee" is one word, though three tokens
    title = title_before(doc, start) if kind is ActorKind.PERSON else None
    return Name(
        start, end, words, kind, title, figure if figure is not None and _is_typed(doc, start, end, figure) else None
    )


def _is_typed(doc: Doc, start: int, end: int, figure: Figure) -> bool:
    """Whether the name is one the user typed; a lone surname only with the title the user typed before it."""
    typed = set(map(straight, (figure.name, *figure.aliases)))
    words = straight(doc[start:end].text)
    if words in typed and not is_bare(words.split(), figure):
        return True
    return any(straight(doc[max(0, start - length) : end].text) in typed for length in (1, 2, 3))


def _undisturbed(doc: Doc, typed: Sequence[Name], modelled: Sequence[Name]) -> list[Name]:
    """Typed names, less surnames inside a longer name the model found ("Jo Delgado", "Delgado Foundation")."""
    longer = {at: other for other in modelled for at in range(other.start, other.end)}
    return [name for name in typed if name.figure is not None or not _inside(name, longer.get(name.start))]


def _inside(name: Name, other: Name | None) -> bool:
    return other is not None and name.end <= other.end and other.end - other.start > name.end - name.start


def _from_entity(doc: Doc, ent: Tokens) -> Name | None:
    if ent.label_ not in {"PERSON", "ORG"}:
        return None
    start, end = ent.start, min(ent.end, ent.start + NAME_LIMIT)
    while start < end and not _starts_name(doc[start]):
        start += 1
    while end > start and not _ends_name(doc[end - 1]):
        end -= 1
    if start == end or not doc[start].text[0].isupper():
        return None
    kind = ActorKind.PERSON if ent.label_ == "PERSON" else ActorKind.ORGANISATION
    return _name(doc, start, end, kind, None)


def _starts_name(token: Token) -> bool:
    return token.text[0].isalnum() and token.pos_ not in {"DET", "VERB", "ADP"} and token.lower_ not in titles()


def _ends_name(token: Token) -> bool:
    return token.text[-1].isalnum() and token.text not in POSSESSIVE and token.pos_ not in {"VERB", "ADP", "PRON"}


def _without_overlaps(first: Sequence[Name], later: Iterable[Name]) -> list[Name]:
    taken = {at for name in first for at in range(name.start, name.end)}
    kept = list(first)
    for name in later:
        if taken.isdisjoint(range(name.start, name.end)):
            kept.append(name)
            taken.update(range(name.start, name.end))
    return sorted(kept, key=lambda name: name.start)


def _as_persons(names: Sequence[Name]) -> list[Name]:
    """The model takes many a lone surname for an organisation."""
    surnames = {name.words[-1:] for name in names if name.kind is ActorKind.PERSON and len(name.words) > 1}
    return [
        replace(name, kind=ActorKind.PERSON) if name.words in surnames and name.figure is None else name
        for name in names
    ]


def _subjects(doc: Doc) -> Iterator[Name]:
    """Capitalised words that say something though the model sees no name in them."""
    for token in doc:
        is_lone_name = token.pos_ == "PROPN" and not token.ent_type_ and token.text[0].isupper() and not token.n_lefts
        verb = token.head
        if is_lone_name and token.dep_ == "nsubj" and verb.lemma_ in reporting_words()["verbs"]:
            yield _name(doc, token.i, token.i + 1, ActorKind.PERSON, None)


def _short_names(doc: Doc, names: Sequence[Name]) -> Iterator[Name]:
    """Surnames of people named in full where the model saw no name; two words ("Van Dyck") before one."""
    full = [name.words for name in names if name.kind is ActorKind.PERSON and len(name.words) > 1]
    short = {words[-length:] for words in full for length in (1, 2) if len(words) > length}
    last_words = {words[-1] for words in short}
    ends = [token.i for token in doc if token.pos_ == "PROPN" and straight(token.text) in last_words]
    for length in (2, 1):
        for end in ends:
            start = max(0, end + 1 - length)
            if tuple(straight(token.text) for token in doc[start : end + 1]) in short:
                yield _name(doc, start, end + 1, ActorKind.PERSON, None)

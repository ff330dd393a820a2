"""Which names of an article are the same person, and whose surname is whose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from spacy.tokens import Doc

from services.extract.names import Name, straight
from services.extract.once import once
from services.extract.roles import Person, roles_around
from services.extract.titles import Gender, Title, TitleKind, gender_of, titles
from services.extract.values import Figure, Watchlist
from shared.vocabulary import ActorKind

# A surname used twice alone before its second bearer turns up belongs to the first: so newspapers write.
ESTABLISHED = 2
# A surname that so many bear is nobody's in particular, and asking about each would take all day.
MOST_BEARERS = 30


def find_people(doc: Doc, names: Sequence[Name], watchlist: Watchlist) -> tuple[Person, ...]:
    """People named in full in the order of their introduction, then the watchlist's others."""
    persons = [figure for figure in watchlist.figures if figure.kind is ActorKind.PERSON]
    figures = {_key(_words(figure)): figure for figure in persons}
    groups: dict[tuple[str, str], list[Name]] = {}
    short = _short_forms((*(name.words for name in names), *map(_words, persons)))
    for name in names:
        if name.figure is not None or (len(name.words) > 1 and name.words not in short):
            words = _words(name.figure) if name.figure is not None else name.words
            groups.setdefault(_key(words), []).append(name)
    named = [_person(doc, group, figures.get(key)) for key, group in groups.items()]
    absent = [_absent(figure) for key, figure in figures.items() if key not in groups]
    return tuple(_with_courtesy([*named, *absent], names))


def _with_courtesy(people: Sequence[Person], names: Iterable[Name]) -> Iterator[Person]:
    """Figures with the gender that "Ms Delgado" tells of the only Delgado, whatever the first name tells."""
    told: dict[str, set[str]] = {}
    for name in names:
        if name.title is not None and name.title.kind is TitleKind.COURTESY:
            told.setdefault(name.words[-1], set()).add(name.title.says)
    bearers = Counter(person.words[-1] for person in people)
    for person in people:
        says = told.get(person.words[-1], set())
        sure = person.figure is not None and person.guessed and bearers[person.words[-1]] == 1 and len(says) == 1
        yield replace(person, gender=Gender(*says), guessed=False) if sure else person


def bearers(doc: Doc, names: Sequence[Name], people: Sequence[Person]) -> Iterator[Person | None]:
    """For each name of a person, in order: who bears it, None when the text does not decide."""
    seen: dict[int, set[str]] = {}
    alone: Counter[tuple[str, str]] = Counter()
    paragraphs = paragraph_numbers(doc)
    by_word, by_name = _by_word(people), _by_name(people)
    figures = {person.figure: person for person in people if person.figure is not None}
    for name in names:
        same = by_name.get(_key(name.words), ()) if len(name.words) > 1 and name.figure is None else ()
        known = figures.get(name.figure) if name.figure is not None else None
        candidates = [known] if known is not None else list(same) or _candidates(name, by_word.get(name.words[-1], ()))
        if len(candidates) > 1:
            candidates = _decided(name, candidates, seen, alone, paragraphs)
        bearer = candidates[0] if len(candidates) == 1 else None
        if bearer is not None:
            seen.setdefault(paragraphs[name.start], set()).add(bearer.name)
            alone[(name.words[-1], bearer.name)] += len(name.words) < len(bearer.words)
        yield bearer


def paragraph_numbers(doc: Doc) -> tuple[int, ...]:
    """The paragraph of every token, counted by blank lines."""
    return once(doc, "paragraph numbers", lambda: (0, *accumulate("\n" in token.text for token in doc))[: len(doc)])


def _by_word(people: Sequence[Person]) -> dict[str, list[Person]]:
    """People by every word that may be the last of a name for them."""
    found: dict[str, list[Person]] = {}
    for person in people:
        aliases = person.figure.aliases if person.figure is not None else ()
        for word in {*person.words, *(straight(alias).split()[-1] for alias in aliases)}:
            found.setdefault(word, []).append(person)
    return found


def _by_name(people: Sequence[Person]) -> dict[tuple[str, str], list[Person]]:
    found: dict[tuple[str, str], list[Person]] = {}
    for person in people:
        found.setdefault(_key(person.words), []).append(person)
    return found


def _short_forms(names: Iterable[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    """Endings of longer names: "Van Dyck" of "Jan Van Dyck"."""
    return frozenset(words[at:] for words in names for at in range(1, len(words)))


def _words(figure: Figure) -> tuple[str, ...]:
    return tuple(straight(figure.name).split())


def _key(words: Sequence[str]) -> tuple[str, str]:
    return words[0].lower(), words[-1].lower()


def _person(doc: Doc, group: Sequence[Name], figure: Figure | None) -> Person:
    longest = _words(figure) if figure is not None else max(group, key=lambda name: len(name.words)).words
    roles = frozenset(role for name in group for role in roles_around(doc, name)) | typed_roles(figure)
    courtesy = (name.title.says for name in group if name.title is not None and name.title.kind is TitleKind.COURTESY)
    told = next((Gender(says) for says in courtesy), None)
    name = figure.name if figure else " ".join(longest)
    return Person(name, longest, figure, told or gender_of(longest), roles, group[0].start, guessed=told is None)


def _absent(figure: Figure) -> Person:
    words = _words(figure)
    return Person(figure.name, words, figure, gender_of(words), typed_roles(figure), None)


def typed_roles(figure: Figure | None) -> frozenset[str]:
    """Roles in the aliases ("Gov. Delgado", "the governor")."""
    aliases = figure.aliases if figure is not None else ()
    words = [straight(alias).lower().removeprefix("the ").split() for alias in aliases]
    found = (titles().get(" ".join(part[:length])) for part in words for length in (1, 2))
    return frozenset(title.says for title in found if title is not None and title.kind is not TitleKind.COURTESY)


def _candidates(name: Name, people: Sequence[Person]) -> list[Person]:
    if len(people) > MOST_BEARERS:
        return []
    fitting = [person for person in people if _may_bear(name, person)]
    present = [person for person in fitting if person.introduced is not None]
    return [person for person in present or fitting if _title_fits(name.title, person, present or fitting)]


def _may_bear(name: Name, person: Person) -> bool:
    length = len(name.words)
    by_first_name = length == 1 and name.title is None and person.words[0] == name.words[0]
    if by_first_name or person.words[-length:] == name.words:
        return True
    return person.figure is not None and " ".join(name.words) in map(straight, person.figure.aliases)


def _title_fits(title: Title | None, person: Person, others: Sequence[Person]) -> bool:
    if title is None:
        return True
    if title.kind is TitleKind.COURTESY:
        return person.gender is None or person.gender.value == title.says
    if any(title.says in other.roles for other in others):
        return title.says in person.roles
    return not person.roles & {known.says for known in titles().values()}


def _decided(
    name: Name,
    candidates: Sequence[Person],
    seen: Mapping[int, set[str]],
    alone: Counter[tuple[str, str]],
    paragraphs: Sequence[int],
) -> list[Person]:
    """The one introduced so far, or named in this paragraph, or whose bare surname the text has made its own."""
    introduced = [person for person in candidates if person.introduced is not None and person.introduced < name.start]
    if len(introduced) == 1:
        return introduced
    here = paragraphs[name.start]
    named = [person for person in candidates if person.name in seen.get(here, ())]
    if named:
        return named
    before = seen.get(here - 1, ())
    own = [person for person in candidates if alone[(name.words[-1], person.name)] >= ESTABLISHED]
    strangers = [person for person in candidates if person not in own and person.name in before]
    return own if len(own) == 1 and not strangers else list(candidates)

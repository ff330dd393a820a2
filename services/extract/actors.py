"""Who appears in an article, and who is meant at each mention."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from services.extract.anaphora import resolve_organisations
from services.extract.names import Name, find_names
from services.extract.once import text_of
from services.extract.organisations import name_organisations
from services.extract.people import bearers, find_people
from services.extract.principals import houses, speaks_for
from services.extract.pronouns import Known, resolve_pronouns
from services.extract.quotes import find_quotes
from services.extract.roles import Person, holders_of, role_mentions
from services.extract.titles import Gender
from services.extract.unnamed import unnamed_people
from services.extract.values import Actor, ArticleText, Span, Watchlist
from shared.vocabulary import ActorKind

# Words back in which one of two governors must have been named for "the governor" to be that one: a paragraph or two.
RECENT = 150


@dataclass(frozen=True, slots=True)
class Mention:
    """A name, pronoun or role; `actor` is None when the text does not decide; a spokesperson has a `principal`."""

    span: Span
    actor: str | None
    principal: str | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """The actors of an article and their mentions in order; no two mentions overlap."""

    actors: tuple[Actor, ...] = ()
    mentions: tuple[Mention, ...] = ()

    def actor_at(self, span: Span) -> str | None:
        """Whose words are spoken by who is named in `span`: a spokesperson's are the principal's; None when unsure."""
        at = bisect_left(self.mentions, span.start, key=lambda mention: mention.span.end - 1)
        if at == len(self.mentions) or self.mentions[at].span.start >= span.end:
            return None
        return self.mentions[at].principal or self.mentions[at].actor


def find_actors(doc: Doc, article: ArticleText, watchlist: Watchlist) -> Cast:
    """Everybody the article speaks of, by name, short name, pronoun or role."""
    names = find_names(doc, watchlist)
    persons = [name for name in names if name.kind is ActorKind.PERSON]
    people = find_people(doc, persons, watchlist)
    named = _named(doc, names, persons, people)
    roles = _roles(doc, people, _decided(named), watchlist)
    meant = _decided({**named, **roles})
    spokespeople = {at: principal for at, principal in _principals(doc, meant) if at not in meant}
    genders = {person.name: person.gender for person in people}
    guessed = frozenset(person.name for person in people if person.figure is not None and person.guessed)
    organisations = {name.end - 1: meant[name.end - 1] for name in names if name.kind is ActorKind.ORGANISATION}
    known = Known({**spokespeople, **meant}, genders, dict(_unnamed(doc, meant)), guessed, organisations.keys())
    quotes = find_quotes(text_of(doc))
    pronouns = resolve_pronouns(doc, known, quotes)
    bodies = resolve_organisations(doc, organisations, quotes)
    return _cast(doc, names, {**bodies, **roles, **pronouns, **named, **houses(doc, people)}, watchlist)


def _unnamed(doc: Doc, meant: Mapping[int, str]) -> Iterator[tuple[int, Gender | None]]:
    """People without a name, less the nouns that stand with a name ("an aide, Jo Lee", "party leader Jane Roe")."""
    for noun, gender in unnamed_people(doc):
        with_name = {noun.head.i, *(child.i for child in noun.children if child.dep_ == "appos")} & meant.keys()
        if noun.i not in meant and not with_name:
            yield noun.i, gender


def _decided(meant: Mapping[int, str | None]) -> dict[int, str]:
    return {at: actor for at, actor in meant.items() if actor is not None}


def _named(doc: Doc, names: Sequence[Name], persons: Sequence[Name], people: Sequence[Person]) -> dict[int, str | None]:
    """The actor of every name by its last token; a lone surname that nobody bears in full is an actor by itself."""
    found: dict[int, str | None] = {}
    organisations = name_organisations(names)
    shared = {word for person in people for word in (person.words[0], person.words[-1])}
    for name in names:
        if name.kind is ActorKind.ORGANISATION:
            found[name.end - 1] = organisations[name.start]
    for name, bearer in zip(persons, bearers(doc, persons, people), strict=True):
        stranger = " ".join(name.words) if name.words[-1] not in shared else None
        found[name.end - 1] = bearer.name if bearer is not None else stranger
    return found


def _roles(doc: Doc, people: Sequence[Person], sure: Mapping[int, str], watchlist: Watchlist) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    for noun, role in role_mentions(doc, watchlist):
        holders = holders_of(role, people, watchlist)
        if len(holders) > 1:
            holders &= {actor for at, actor in sure.items() if noun.i - RECENT < at < noun.i}
        if noun.i not in sure:
            found[noun.i] = next(iter(holders)) if len(holders) == 1 else None
    return found


def _cast(doc: Doc, names: Sequence[Name], meant: Mapping[int, str | None], watchlist: Watchlist) -> Cast:
    starts = {name.end - 1: name.start for name in names}
    principals = dict(_principals(doc, meant))
    by_person = {meant[at]: principal for at, principal in principals.items() if meant.get(at) is not None}
    mentions = []
    for at in sorted({*meant, *principals}):
        start = doc[starts.get(at, at)]
        span = Span(start.idx, doc[at].idx + len(doc[at]))
        actor = meant.get(at)
        mentions.append(Mention(span, actor, principals.get(at) or by_person.get(actor)))
    return Cast(_actors(names, meant, watchlist), tuple(mentions))


def _principals(doc: Doc, meant: Mapping[int, str | None]) -> Iterator[tuple[int, str]]:
    for word, principal in speaks_for(doc, lambda token: meant.get(token.i)):
        yield word.i, principal


def _actors(names: Sequence[Name], meant: Mapping[int, str | None], watchlist: Watchlist) -> tuple[Actor, ...]:
    counts = Counter(actor for _, actor in sorted(meant.items()) if actor is not None)
    figures = {figure.name: figure for figure in watchlist.figures}
    kinds = {meant.get(name.end - 1): name.kind for name in reversed(names)}
    found = []
    for actor, mentions in counts.items():
        figure = figures.get(actor)
        kind = figure.kind if figure is not None else kinds.get(actor, ActorKind.PERSON)
        found.append(Actor(actor, kind, figure.id if figure is not None else None, mentions))
    return tuple(found)

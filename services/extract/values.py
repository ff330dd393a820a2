"""The values that travel between the steps of reading an article."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from shared.reader_words import FoundBy
from shared.vocabulary import ActorKind, AttributionKind, Stance, StatementKind


class Span(NamedTuple):
    """Half-open character offsets into an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Figure:
    """An actor on the watchlist, as the user typed it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: ActorKind = ActorKind.PERSON


@dataclass(frozen=True, slots=True)
class Issue:
    """What a stance is about; `favor` means in favour of the proposition."""

    id: str
    name: str
    proposition: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watchlist:
    figures: tuple[Figure, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What the reader sees of an article: paragraphs are separated by blank lines; offsets refer to `text`."""

    title: str
    text: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or organisation the article speaks of; `figure` is a watchlist id or None."""

    name: str
    kind: ActorKind
    figure: str | None
    mentions: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who said what: source, cue and content as spans; `actor` names an `Actor`, None when that is unsure."""

    kind: AttributionKind
    source: Span | None
    cue: Span | None
    content: Span
    actor: str | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the chat reader, named by its model, takes for the actor's stance; none is an answer too."""

    reader: str
    stance: Stance


@dataclass(frozen=True, slots=True)
class Statement:
    """An actor's current stance on an issue; `text[evidence.start:evidence.end]` are the words that show it."""

    actor: str
    figure: str | None
    issue: str
    stance: Stance
    confidence: float
    own_words: bool
    evidence: Span
    kind: StatementKind = StatementKind.STANCE
    found_by: FoundBy = FoundBy.LOCAL
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """What an article holds that may show a figure's stance on an issue: stretches of text, in order.

    `sentences` are those in the stretches in which the figure is heard, acts or is named beside the issue.
    """

    actor: Actor
    issue: Issue
    stretches: tuple[Span, ...]
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one article shows; `signals` are what it says of actors beyond stances.

    `passages` are there for the chat reader, where there is one.
    """

    actors: tuple[Actor, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    statements: tuple[Statement, ...] = ()
    signals: tuple[Statement, ...] = ()
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class StanceDecision:
    """The stance step's answer for one text and target, with the parts that made it."""

    stance: Stance
    confidence: float
    reasons: tuple[str, ...] = field(default=())

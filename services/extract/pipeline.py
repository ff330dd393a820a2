"""Reading one article: from its text to who speaks, what is attributed to whom, and where the actors stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from spacy.about import __version__ as spacy_version
from spacy.language import Language
from spacy.tokens import Doc

from services.extract.actors import find_actors
from services.extract.attributions import find_attributions
from services.extract.gate import Gate, build_gate, worth_reading
from services.extract.issues import TrackedIssue, read_issues, view_issues
from services.extract.judge import load_judge
from services.extract.lexicon import load_lexicon
from services.extract.nlp import READ_LIMIT, load_model, parse
from services.extract.reported import find_signals
from services.extract.second_reading import SecondReader
from services.extract.stand_ins import StandIns, stand_in_edits, stand_ins_for
from services.extract.statements import find_statements
from services.extract.values import ArticleText, Figure, Issue, Passage, Reading, Span, Statement, Watchlist
from services.extract.weighing import Ask

TRAINING = frozenset({"passages", "scenes", "boards"})


class Scope(StrEnum):
    """How much of an article is read: what may matter to the watchlist, or all of it, for who asks for every actor."""

    GATED = "gated"
    WHOLE = "whole"


Wanted = Callable[[Span], bool]
Mark = Callable[..., tuple[Passage, ...]]


def no_passages(*_: object, **__: object) -> tuple[Passage, ...]:
    """What is marked for the chat reader where there is none."""
    return ()


@cache
def load_reader(model: str, scope: Scope = Scope.GATED) -> SpacyReader:
    """Return the reader around a spaCy model, loaded once in a process."""
    nlp = load_model(model)
    parts = (model, str(nlp.meta.get("version")), spacy_version, scope.value)
    return SpacyReader(nlp, load_judge().probabilities, scope, version="-".join((_rules_digest(), *parts)))


@dataclass(frozen=True, slots=True)
class SpacyReader:
    """Reads by dependency parse and rules; what the rules leave open of a figure is put to the trained judge."""

    nlp: Language
    ask: Ask
    scope: Scope
    version: str
    mark: Mark = no_passages

    def read(self, article: ArticleText, watchlist: Watchlist) -> Reading:
        """Return all that the article shows; the same article is always read the same."""
        issues = _tracked(watchlist.issues, self.nlp)
        doc = self._parsed(article, watchlist) if self.scope is Scope.WHOLE else self._gated(article, watchlist, issues)
        if doc is None:
            return Reading()
        cast = find_actors(doc, article, watchlist)
        attributions = find_attributions(doc, cast)
        first = find_statements(doc, article, cast, attributions, issues=issues)
        second = surest(SecondReader(issues, self.ask).read(doc, cast, attributions, first))
        signals = find_signals(doc, cast, attributions, issues=issues)
        passages = self.mark(doc, cast, attributions, issues=issues, found=second)
        return Reading(cast.actors, attributions, second, signals, passages)

    def _gated(self, article: ArticleText, watchlist: Watchlist, issues: tuple[TrackedIssue, ...]) -> Doc | None:
        """The article with what matters in it parsed; nothing where no issue is touched."""
        wanted = worth_reading(_gate(watchlist, self.nlp), article.text[:READ_LIMIT])
        if not wanted:
            return None
        doc = self._parsed(article, watchlist, wanted.__contains__)
        return doc if view_issues(doc, issues, load_lexicon()) else None

    def _parsed(self, article: ArticleText, watchlist: Watchlist, wanted: Wanted = lambda paragraph: True) -> Doc:
        """The article as the model reads it with plain names in place of the figures'."""
        known = _stand_ins(watchlist.figures, self.nlp)
        return parse(article.text, self.nlp, wanted=wanted, edits=lambda part: stand_in_edits(part, known))


@lru_cache(maxsize=4)
def _gate(watchlist: Watchlist, nlp: Language) -> Gate:
    return build_gate(_tracked(watchlist.issues, nlp), watchlist.figures, nlp=nlp)


@lru_cache(maxsize=4)
def _stand_ins(figures: tuple[Figure, ...], nlp: Language) -> StandIns:
    return stand_ins_for(figures, nlp)


@lru_cache(maxsize=4)
def _tracked(issues: tuple[Issue, ...], nlp: Language) -> tuple[TrackedIssue, ...]:
    """A watchlist seldom changes: its issues are parsed once, not for every article."""
    return read_issues(issues, nlp=nlp)


def surest(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Keep the surest of the statements that start together for one actor and issue; in the order of the text."""
    kept: dict[tuple[str, str, int], Statement] = {}
    for statement in sorted(statements, key=_preference):
        kept.setdefault((statement.figure or statement.actor, statement.issue, statement.evidence.start), statement)
    return tuple(sorted(kept.values(), key=lambda each: (each.evidence, each.actor, each.issue)))


def _preference(statement: Statement) -> tuple[float, bool, str, int]:
    return -statement.confidence, not statement.own_words, statement.stance.value, statement.evidence.end


def _rules_digest() -> str:
    digest = sha256()
    for source in sorted(_sources(files("services.extract")), key=str):
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()[:12]


def _sources(folder: Traversable) -> Iterable[Traversable]:
    """What a reading depends on: code, word lists and weights; not what only training reads."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith("__") and entry.name not in TRAINING:
            yield from _sources(entry)
        elif entry.is_file() and not entry.name.endswith(".md"):
            yield entry

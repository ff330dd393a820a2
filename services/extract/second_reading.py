"""What the trained judge makes of the sentences that may show a figure's stance: it doubts, and it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from services.extract.actors import Cast
from services.extract.columns import columns
from services.extract.excerpts import Page, open_page
from services.extract.issues import IssueView, TrackedIssue, view_issues
from services.extract.judge import StanceOdds
from services.extract.lexicon import load_lexicon
from services.extract.predicates import Scene
from services.extract.statements import article_voices
from services.extract.values import Actor, Attribution, Issue, StanceDecision, Statement
from services.extract.weighing import Ask, combine
from services.extract.witnesses import Witness, find_witnesses
from shared.vocabulary import Stance

# How sure the judge and the rules together must be where the rules alone found nothing, and how many sentences before
# the issue may be named. On the storylines both may be looser (.45 and 12 sentences find a tenth more, precision .91);
# but of what that found in real news, sentences further from the issue's name were nearly all of something else.
SURE, NEAR = 0.5, 3
# In a sentence that already tells where somebody else stands the judge takes one's side for the other's: there a side
# that no word of the rules bears out must be much surer.
SURE_BESIDE = 0.75
# What the rules found needs this much of the judge's belief, unless a word that takes sides, or one that hesitates,
# says it plainly. Two sides at once are rarely both the figure's: of 15 such statements read in real news 1 was right.
SIDE_NEEDS, MIXED_NEEDS = 0.1, 0.3
PLAIN, TAKES_SIDES, HESITATES = 0.9, frozenset({"verb", "noun"}), frozenset({"hesitation", "noun"})
# Sure enough that a sentence shows nothing for its other excerpts not to be read; fewer words say too little.
SILENT, FEWEST_WORDS = 0.6, 3
# Sentences asked about at most for one figure and issue: a page of a thousand quotations is no article.
MOST = 40
SIDES = frozenset({Stance.FAVOR, Stance.AGAINST})


@dataclass(frozen=True, slots=True)
class Hearing:
    """One figure toward one issue in an article: the page, what the rules see on it, and where to look."""

    actor: Actor
    issue: Issue
    page: Page
    witnesses: dict[int, list[Witness]]  # by sentence
    sentences: Sequence[int]  # where the figure is heard or acts, or is named beside the issue
    taken: Set[int] = frozenset()  # where the rules found what somebody else thinks of the issue


@dataclass(frozen=True, slots=True)
class SecondReader:
    """The issues it reads for and whom it asks."""

    issues: tuple[TrackedIssue, ...]
    ask: Ask

    def read(
        self, doc: Doc, cast: Cast, attributions: Sequence[Attribution], first: Sequence[Statement]
    ) -> tuple[Statement, ...]:
        """The first reading less what the judge doubts of figures, and what it finds of those who had no statement."""
        voices = article_voices(doc, cast, attributions)
        found = [statement for statement in first if statement.figure is None]
        for view in view_issues(doc, self.issues, load_lexicon()):
            for actor in cast.actors:
                if actor.figure is not None and actor.name in voices:
                    scene = Scene(voices[actor.name], view.mentions, load_lexicon(), view.rivals)
                    stated = [s for s in first if s.issue == view.tracked.issue.id]
                    known = [s for s in stated if s.actor == actor.name]
                    hearing = hear(doc, cast, actor, view, scene)
                    taken = {_sentence_at(hearing.page, s.evidence.start) for s in stated if s.actor != actor.name}
                    hearing = replace(hearing, taken=taken)
                    found += [kept for s in known for kept in self._again(doc, s, hearing)]
                    found += [] if known else self._surest(doc, scene, hearing)
        return tuple(sorted(found, key=lambda statement: (statement.evidence, statement.actor, statement.issue)))

    def _again(self, doc: Doc, statement: Statement, hearing: Hearing) -> list[Statement]:
        """What becomes of a statement of the rules: it stays, takes the side that both see in its place, or falls."""
        at = _sentence_at(hearing.page, statement.evidence.start)
        if any(_says_plainly(witness, statement.stance) for witness in hearing.witnesses.get(at, ())):
            return [statement]
        odds = _mean(self.ask([(text, hearing.issue.proposition) for text in hearing.page.excerpts(at)]))
        given = {Stance.FAVOR: odds.favor, Stance.AGAINST: odds.against, Stance.MIXED: odds.mixed}[statement.stance]
        if given >= (MIXED_NEEDS if statement.stance is Stance.MIXED else SIDE_NEEDS):
            return [statement]
        decision = combine(_near(hearing, at), odds)
        if decision.stance not in SIDES or decision.confidence < SURE:
            return []
        return [replace(statement, stance=decision.stance, confidence=decision.confidence)]

    def _surest(self, doc: Doc, scene: Scene, hearing: Hearing) -> list[Statement]:
        best: Statement | None = None
        for at in hearing.sentences:
            odds = self._odds(hearing, at)
            if odds is None:
                continue
            decision = combine(_near(hearing, at), odds)
            own = _is_heard(doc, scene, at)
            needed = max(_needed(hearing, at, decision.stance), 0.0 if best is None else best.confidence)
            if decision.stance in SIDES | ({Stance.MIXED} if own else set()) and decision.confidence >= needed:
                own = own or any(witness.own_words for witness in hearing.witnesses.get(at, ()))
                best = _statement(hearing, at, decision, own_words=own)
        return [] if best is None else [best]

    def _odds(self, hearing: Hearing, at: int) -> StanceOdds | None:
        """The mean over a sentence's excerpts; nothing where the first shows nothing."""
        widest, *others = ((text, hearing.issue.proposition) for text in hearing.page.excerpts(at))
        odds = self.ask([widest])
        return None if odds[0].none >= SILENT else _mean((*odds, *self.ask(others)))


def hear(doc: Doc, cast: Cast, actor: Actor, view: IssueView, scene: Scene) -> Hearing:
    """Where to look for the actor's stance on the issue."""
    page = open_page(doc, actor, cast, view)
    sentence = columns(doc).sentence
    witnesses: dict[int, list[Witness]] = {}
    for witness in find_witnesses(doc, scene):
        witnesses.setdefault(sentence[witness.token], []).append(witness)
    heard = Counter(sentence[i] for i in scene.voice.contents)
    asked = {at for at, words in heard.items() if words >= FEWEST_WORDS}
    asked |= {at for at, seen in witnesses.items() if any(witness.signal is None for witness in seen)}
    asked |= {at for at in (sentence[i] for i in scene.voice.mentions) if page.naming[at]}
    touched = sorted(at for at in asked if page.marked[at] and page.is_named(at, within=NEAR))
    return Hearing(actor, view.tracked.issue, page, witnesses, touched[:MOST])


def _statement(hearing: Hearing, at: int, decision: StanceDecision, *, own_words: bool) -> Statement:
    actor, evidence = hearing.actor, hearing.page.sentences[at]
    issue, confidence = hearing.issue.id, decision.confidence
    return Statement(actor.name, actor.figure, issue, decision.stance, confidence, own_words, evidence)


def _sentence_at(page: Page, offset: int) -> int:
    return max((at for at, span in enumerate(page.sentences) if span.start <= offset), default=0)


def _needed(hearing: Hearing, at: int, stance: Stance) -> float:
    """How sure a stance must be, by whether the sentence is somebody else's and no word bears it out."""
    borne_out = any(witness.stance is stance and witness.signal is None for witness in _near(hearing, at))
    return SURE if borne_out or stance is Stance.MIXED or at not in hearing.taken else SURE_BESIDE


def _near(hearing: Hearing, at: int) -> list[Witness]:
    """The witnesses of a sentence and of the one before it."""
    return [witness for number in (at - 1, at) for witness in hearing.witnesses.get(number, ())]


def _says_plainly(witness: Witness, stance: Stance) -> bool:
    if witness.signal is not None or witness.stance is not stance:
        return False
    words = HESITATES if stance is Stance.MIXED else TAKES_SIDES
    return witness.weight >= PLAIN and witness.rule in words


def _is_heard(doc: Doc, scene: Scene, at: int) -> bool:
    start, end = columns(doc).sentences[at]
    return any(i in scene.voice.contents for i in range(start, end))


def _mean(odds: Sequence[StanceOdds]) -> StanceOdds:
    def of(values: Iterator[float]) -> float:
        return sum(values) / len(odds)

    return StanceOdds(
        of(one.favor for one in odds), of(one.against for one in odds), of(one.mixed for one in odds),
        of(one.none for one in odds),
    )  # fmt: skip

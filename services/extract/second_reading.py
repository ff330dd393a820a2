"""What the trained judge makes of the stretches that may show a figure's stance: it doubts, and it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from services.extract.actors import Cast
from services.extract.columns import columns
from services.extract.excerpts import Page, open_page
from services.extract.issues import IssueView, TrackedIssue, view_issues
from services.extract.judge import StanceOdds
from services.extract.lexicon import load_lexicon
from services.extract.predicates import OWN_WORD, Scene
from services.extract.statements import article_voices
from services.extract.values import Actor, Attribution, Issue, StanceDecision, Statement
from services.extract.weighing import Ask, combine
from services.extract.witnesses import Witness, find_witnesses
from shared.vocabulary import Stance

# How sure the judge and the rules together must be where the rules alone found nothing: in an article about the issue,
# and in any other, where most of what is less sure is of something else (7 of 8 such statements read in news of 2016).
SURE, SURE_IN_PASSING = 0.5, 0.66
# In a stretch that already tells where somebody else stands the judge takes one's side for the other's: there a side
# that no word of the rules bears out must be much surer.
SURE_BESIDE = 0.75
# How many sentences before one the issue may be named: further where a short article opens with the issue, or where
# this share of the sentences names it, for then the article is about it; in others what stands further off is mostly
# another matter (read in news of 2016).
NEAR, FAR, SHORT, LEAD, SHARE = 3, 12, 30, 3, 0.15
# What the rules found needs this much of the judge's belief, unless a word that takes sides, or one that hesitates,
# says it plainly. Two sides at once are rarely both the figure's: of 15 such statements read in real news 1 was right.
SIDE_NEEDS, MIXED_NEEDS = 0.1, 0.3
LEANS = 0.2
PLAIN, TAKES_SIDES, HESITATES = 0.9, frozenset({"verb", "noun"}), frozenset({"hesitation", "noun"})
# Two sides that no word of the rules bears out are as sure as this at most: of six read in news of 2016 one was right,
# so such a statement alone turns no position.
LONE_MIXED = 0.7
# Fewer words heard than this do not make a sentence the figure's own.
FEWEST_WORDS = 3
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
    sentences: Sequence[int]  # where the figure is heard, acts or is named, near where the issue is
    sure: float  # how sure a stance must be that the rules alone do not find
    taken: Set[int] = frozenset()  # where the rules found what somebody else thinks of the issue

    def seen(self, sentences: Sequence[int]) -> list[Witness]:
        """The witnesses in some sentences."""
        return [witness for at in sentences for witness in self.witnesses.get(at, ())]


@dataclass(frozen=True, slots=True)
class SecondReader:
    """The issues it reads for and whom it asks."""

    issues: tuple[TrackedIssue, ...]
    ask: Ask

    def read(
        self, doc: Doc, cast: Cast, attributions: Sequence[Attribution], first: Sequence[Statement]
    ) -> tuple[Statement, ...]:
        """The first reading less what the judge doubts of figures, and what it finds of those who have no statement."""
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
                    kept = [again for s in known for again in self._again(s, hearing)]
                    found += kept or self._surest(doc, scene, hearing)
        return tuple(sorted(found, key=lambda statement: (statement.evidence, statement.actor, statement.issue)))

    def _again(self, statement: Statement, hearing: Hearing) -> list[Statement]:
        """What becomes of a statement of the rules: it stays, takes the side that both see in its place, or falls."""
        at = _sentence_at(hearing.page, statement.evidence.start)
        bearing = [w for w in hearing.seen([at]) if w.signal is None and w.stance is statement.stance]
        if any(_says_plainly(witness) for witness in bearing):
            return [statement]
        odds = self._odds(hearing, hearing.page.window(at))
        needed = MIXED_NEEDS if statement.stance is Stance.MIXED else SIDE_NEEDS
        firm = len(bearing) > 1 or any(witness.weight >= OWN_WORD for witness in bearing)
        if firm and _probability(odds, statement.stance) >= needed:
            return [statement]
        if statement.stance in SIDES and _leans(odds, statement.stance):
            return [statement]
        decision = combine(hearing.seen([at - 1, at]), odds)
        if decision.stance not in SIDES or decision.confidence < hearing.sure:
            return []
        return [replace(statement, stance=decision.stance, confidence=decision.confidence)]

    def _surest(self, doc: Doc, scene: Scene, hearing: Hearing) -> list[Statement]:
        """The statement of the window that shows a stance most surely; none where no window is sure enough."""
        windows: dict[tuple[int, ...], list[int]] = {}
        for at in hearing.sentences:
            windows.setdefault(hearing.page.window(at), []).append(at)
        best: Statement | None = None
        for window, inside in windows.items():
            decision = combine(hearing.seen(inside), self._odds(hearing, window))
            heard = any(_is_heard(doc, scene, at) for at in inside)
            needed = max(_needed(hearing, inside, decision.stance), 0.0 if best is None else best.confidence)
            if decision.stance in SIDES | ({Stance.MIXED} if heard else set()) and decision.confidence >= needed:
                at = self._showing(hearing, inside, decision.stance)
                own = _is_heard(doc, scene, at) or any(witness.own_words for witness in hearing.seen([at]))
                best = _statement(hearing, at, _less_if_lone(hearing, inside, decision), own_words=own)
        return [] if best is None else [best]

    def _showing(self, hearing: Hearing, inside: Sequence[int], stance: Stance) -> int:
        """The sentence of a window that shows a stance best by itself."""
        if len(inside) == 1:
            return inside[0]
        alone = {at: _probability(self._odds(hearing, (at,)), stance) for at in inside}
        return max(inside, key=lambda at: (alone[at], -at))

    def _odds(self, hearing: Hearing, shown: Sequence[int]) -> StanceOdds:
        return self.ask([(hearing.page.told(shown), hearing.issue.proposition)])[0]


def hear(doc: Doc, cast: Cast, actor: Actor, view: IssueView, scene: Scene) -> Hearing:
    """Where to look for the actor's stance on the issue."""
    sentence = columns(doc).sentence
    heard = Counter(sentence[i] for i in scene.voice.contents)
    page = open_page(doc, actor, cast, view, frozenset(at for at, words in heard.items() if words >= FEWEST_WORDS))
    witnesses: dict[int, list[Witness]] = {}
    for witness in find_witnesses(doc, scene):
        witnesses.setdefault(sentence[witness.token], []).append(witness)
    asked = {at for at, words in heard.items() if words >= FEWEST_WORDS}
    asked |= {at for at, seen in witnesses.items() if any(witness.signal is None for witness in seen)}
    asked |= {at for at in (sentence[i] for i in scene.voice.mentions) if page.naming[at]}
    reach, sure = (FAR, SURE) if _is_its_matter(page) else (NEAR, SURE_IN_PASSING)
    rivals = {sentence[i] for i in scene.rivals}
    touched = sorted(at for at in asked if page.marked[at] and _is_about(page, at, rivals, within=reach))
    return Hearing(actor, view.tracked.issue, page, witnesses, touched[:MOST], sure)


def _is_its_matter(page: Page) -> bool:
    """Whether the article is about the issue: short, it opens with it, or it comes back to it again and again."""
    sentences = sum(map(bool, page.marked))
    return (sentences <= SHORT and any(page.naming[:LEAD])) or sum(page.naming) >= SHARE * sentences


def _is_about(page: Page, at: int, rivals: Set[int], *, within: int) -> bool:
    """Whether the issue is named in the sentence, before it with no other issue since, or after it in its window."""
    for before in range(at, max(-1, at - within - 1), -1):
        if page.naming[before] or before in rivals:
            return page.naming[before]
    return any(page.naming[i] for i in page.window(at))


def _statement(hearing: Hearing, at: int, decision: StanceDecision, *, own_words: bool) -> Statement:
    actor, evidence = hearing.actor, hearing.page.sentences[at]
    issue, confidence = hearing.issue.id, decision.confidence
    return Statement(actor.name, actor.figure, issue, decision.stance, confidence, own_words, evidence)


def _sentence_at(page: Page, offset: int) -> int:
    return max((at for at, span in enumerate(page.sentences) if span.start <= offset), default=0)


def _needed(hearing: Hearing, inside: Sequence[int], stance: Stance) -> float:
    """How sure a stance must be, by whether the sentences are somebody else's and no word bears it out."""
    borne_out = any(witness.stance is stance and witness.signal is None for witness in hearing.seen(inside))
    if stance is Stance.MIXED and not borne_out:
        return max(hearing.sure, SURE_IN_PASSING)
    taken = any(at in hearing.taken for at in inside)
    return hearing.sure if borne_out or not taken else SURE_BESIDE


def _less_if_lone(hearing: Hearing, inside: Sequence[int], decision: StanceDecision) -> StanceDecision:
    borne_out = any(w.stance is Stance.MIXED and w.signal is None for w in hearing.seen(inside))
    if decision.stance is not Stance.MIXED or borne_out:
        return decision
    return replace(decision, confidence=min(decision.confidence, LONE_MIXED))


def _says_plainly(witness: Witness) -> bool:
    words = HESITATES if witness.stance is Stance.MIXED else TAKES_SIDES
    return witness.weight >= PLAIN and witness.rule in words


def _is_heard(doc: Doc, scene: Scene, at: int) -> bool:
    start, end = columns(doc).sentences[at]
    return any(i in scene.voice.contents for i in range(start, end))


def _leans(odds: StanceOdds, side: Stance) -> bool:
    """Whether the judge, two sides at once left out, of which it sees too many, is not plainly for another answer."""
    other = odds.against if side is Stance.FAVOR else odds.favor
    given = _probability(odds, side)
    return given >= LEANS * (1 - odds.mixed) and given >= other / 2


def _probability(odds: StanceOdds, stance: Stance) -> float:
    return {Stance.FAVOR: odds.favor, Stance.AGAINST: odds.against, Stance.MIXED: odds.mixed}[stance]

"""What the trained judge makes of the paragraphs in which a figure is heard but the rules found no stance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from services.extract.actors import Cast, Mention
from services.extract.issues import IssueView, TrackedIssue, view_issues
from services.extract.lexicon import load_lexicon
from services.extract.model.masking import ACTOR, OTHER
from services.extract.once import text_of
from services.extract.paragraphs import paragraphs
from services.extract.predicates import Scene
from services.extract.statements import article_voices
from services.extract.values import Actor, Attribution, Span, Statement
from services.extract.voices import Voice
from services.extract.weighing import Ask, combine
from services.extract.witnesses import find_witnesses
from shared.vocabulary import Stance

# On the storylines .60 to .70 leave the precision of statements as it is (.92) and add a shift; .55 costs precision
# (.86) and adds one statement more (`stancewatch evaluate`).
SURE = 0.6
# A paragraph shorter than this is read with the one before it; one with fewer of the figure's words says too little.
SHORT, FEWEST_WORDS = 500, 3


@dataclass(frozen=True, slots=True)
class SecondReader:
    """The issues it reads for and whom it asks."""

    issues: tuple[TrackedIssue, ...]
    ask: Ask

    def read(
        self, doc: Doc, cast: Cast, attributions: Sequence[Attribution], first: Sequence[Statement]
    ) -> tuple[Statement, ...]:
        """Statements of figures on touched issues where the first reading has none; at most one for each of both."""
        lexicon = load_lexicon()
        voices = article_voices(doc, cast, attributions)
        known = {(statement.figure, statement.issue) for statement in first}
        found = []
        for view in view_issues(doc, self.issues, lexicon):
            for actor in cast.actors:
                asked = actor.figure is not None and (actor.figure, view.tracked.issue.id) not in known
                if asked and actor.name in voices:
                    scene = Scene(voices[actor.name], view.mentions, lexicon, view.rivals)
                    found += self._surest(doc, cast, actor, view, scene)
        return tuple(sorted(found, key=lambda statement: (statement.evidence, statement.actor, statement.issue)))

    def _surest(self, doc: Doc, cast: Cast, actor: Actor, view: IssueView, scene: Scene) -> list[Statement]:
        witnesses = tuple(find_witnesses(doc, scene))
        best: Statement | None = None
        for window, heard in _windows(doc, scene.voice):
            text = _masked(text_of(doc), window, actor, cast)
            odds = self.ask([(text, view.tracked.issue.proposition)])[0]
            inside = [each for each in witnesses if window.start <= doc[each.token].idx < window.end]
            decision = combine(inside, odds)
            sure = decision.stance is not Stance.NONE and decision.confidence >= SURE
            if sure and (best is None or decision.confidence > best.confidence):
                best = Statement(
                    actor.name, actor.figure, view.tracked.issue.id, decision.stance, decision.confidence, True, heard
                )
        return [] if best is None else [best]


def _windows(doc: Doc, voice: Voice) -> Iterator[tuple[Span, Span]]:
    """Each paragraph in which the actor is heard, with what leads up to it; its sentence with most of those words."""
    whole = paragraphs(text_of(doc))
    for number, paragraph in enumerate(whole):
        heard = [i for i in voice.contents if paragraph.start <= doc[i].idx < paragraph.end]
        if len(heard) < FEWEST_WORDS:
            continue
        short = number > 0 and paragraph.end - paragraph.start < SHORT
        yield Span(whole[number - 1].start if short else paragraph.start, paragraph.end), _fullest(doc, heard)


def _fullest(doc: Doc, heard: Sequence[int]) -> Span:
    starts = [doc[i].sent.start for i in heard]
    sent = doc[max(sorted(set(starts)), key=starts.count)].sent
    text = text_of(doc)[sent.start_char : sent.end_char]
    return Span(sent.start_char + len(text) - len(text.lstrip()), sent.start_char + len(text.rstrip()))


def _masked(text: str, window: Span, actor: Actor, cast: Cast) -> str:
    parts, at = [], window.start
    for mention in cast.mentions:
        if at <= mention.span.start and mention.span.end <= window.end and _is_name(text, mention):
            own = actor.name in {mention.actor, mention.principal}
            parts += [text[at : mention.span.start], ACTOR if own else OTHER]
            at = mention.span.end
    return " ".join("".join([*parts, text[at : window.end]]).split())


def _is_name(text: str, mention: Mention) -> bool:
    """Pronouns and roles in small letters stay as they are."""
    return (
        mention.actor is not None and text[mention.span.start].isupper() and mention.span.end - mention.span.start > 3
    )

"""What a text says about an actor beyond stances: that the actor turned, or that others press the actor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from spacy.tokens import Doc, Token

from services.extract.actors import Cast
from services.extract.embedding import signal_of
from services.extract.issues import IssueView, TrackedIssue, view_issues
from services.extract.lexicon import SIGNS, load_lexicon
from services.extract.mentions import TELLING, Mention
from services.extract.once import once
from services.extract.predicates import Scene
from services.extract.statements import article_voices, trimmed
from services.extract.values import Actor, Attribution, Statement
from services.extract.voices import agent_of, is_meant
from services.extract.witnesses import find_witnesses
from shared.vocabulary import Stance, StatementKind

# Both kinds only point at what other statements must show, so their confidence decides nothing.
SURE = 0.8
DENIALS = frozenset({"deny", "dispute", "dismiss", "reject", "refuse", "rule"})
UNREAL = frozenset({"MD"})
PRESSURE_WORDS = frozenset({"pressure", "fire"})
STANCES = {1: Stance.FAVOR, -1: Stance.AGAINST, 0: Stance.NONE}
Turns = Mapping[tuple[str, ...], int]


def find_signals(
    doc: Doc, cast: Cast, attributions: Sequence[Attribution], *, issues: Sequence[TrackedIssue]
) -> tuple[Statement, ...]:
    """Return at most one sign of each kind for each figure and touched issue, in the order of the text."""
    figures = [actor for actor in cast.actors if actor.figure is not None]
    if not figures:
        return ()
    lexicon, voices = load_lexicon(), article_voices(doc, cast, attributions)
    found = [
        sign
        for view in view_issues(doc, issues, lexicon)
        for actor in figures
        if actor.name in voices
        for sign in _signs(doc, actor, view, Scene(voices[actor.name], view.mentions, lexicon, view.rivals))
    ]
    return tuple(sorted(found, key=lambda one: (one.evidence, one.actor, one.issue, one.kind)))


def _signs(doc: Doc, actor: Actor, view: IssueView, scene: Scene) -> Iterator[Statement]:
    who = actor.name, actor.figure, view.tracked.issue.id
    turned = next(_turns(doc, scene), None)
    if turned is not None:
        verb, stance = turned
        own, evidence = verb.i in scene.voice.contents, trimmed(doc, verb.sent)
        yield Statement(*who, stance, SURE, own, evidence, StatementKind.REPORTED_SHIFT)
    asked = once(doc, "pressing words", lambda: _pressing_words(doc))
    pressing = next((doc[i] for i in asked if _presses(doc[i], scene)), None)
    if pressing is not None:
        wanted = (one for one in find_witnesses(doc, scene) if doc[one.token].sent == pressing.sent)
        stance = next((one.stance for one in wanted if one.token > pressing.i and one.signal is not None), Stance.NONE)
        yield Statement(*who, stance, SURE, False, trimmed(doc, pressing.sent), StatementKind.PRESSURE)


def _turns(doc: Doc, scene: Scene) -> Iterator[tuple[Token, Stance]]:
    """Each verb that says of the actor that the actor turned, in the reporter's words or the actor's own."""
    table = _table()
    for token in (doc[i] for i in once(doc, "turning words", lambda: _turning_words(doc))):
        sign = next((table[key] for key in _readings(token) if key in table), None)
        if sign is None or not _happened(token):
            continue
        agent, about = agent_of(token), _spoken_of(token, scene)
        if agent is None or about is None or not _is_meant(agent, scene):
            continue
        if signal_of(token, scene) is None:
            yield token, STANCES[(sign > 0) - (sign < 0)] if about.sign >= 0 else STANCES[(sign < 0) - (sign > 0)]


def _turning_words(doc: Doc) -> tuple[int, ...]:
    verbs = {key[0] for key in _table()}
    return tuple(
        token.i
        for token in doc
        if token.lemma_.lower() in verbs or "-" in (token.text, token.nbor(-1).text if token.i else "")
    )


def _pressing_words(doc: Doc) -> tuple[int, ...]:
    words = PRESSURE_WORDS | {verb for verb, *_ in _pressing()}
    return tuple(token.i for token in doc if token.lemma_.lower() in words)


def _presses(token: Token, scene: Scene) -> bool:
    """Whether somebody else presses the actor over the issue ("urged her to", "called on her", "under pressure")."""
    if not _about(token, scene):
        return False
    if token.lemma_.lower() in PRESSURE_WORDS and token.head.lower_ == "under":
        agent = agent_of(token.head.head)
        return agent is not None and _is_meant(agent, scene)
    agent = agent_of(token)
    return (
        token.pos_ == "VERB"
        and (agent is None or not _is_meant(agent, scene))
        and any(_is_meant(pressed, scene) for pressed in _objects(token))
    )


def _objects(verb: Token) -> Iterator[Token]:
    """Whom a verb of pressing presses, and whose act it presses for ("want [her] to oppose it")."""
    lemma = verb.lemma_.lower()
    for child in verb.children:
        if child.dep_ in {"dobj", "obj"} and (lemma,) in _pressing():
            yield child
        if child.dep_ == "ccomp" and child.tag_ == "VB" and (lemma,) in _pressing():
            yield from (below for below in child.children if below.dep_ == "nsubj")
        if child.dep_ == "prep" and (lemma, child.lower_) in _pressing():
            yield from (below for below in child.children if below.dep_ == "pobj")


def _about(token: Token, scene: Scene) -> bool:
    return _mention(token.sent.start, token.sent.end, scene) is not None


def _is_meant(token: Token, scene: Scene) -> bool:
    return is_meant(token, scene.voice.mentions, scene.lexicon)


def _readings(verb: Token) -> Iterator[tuple[str, ...]]:
    """The verb alone, with its object, and with a preposition and its object."""
    lemma = _joined(verb)
    yield (lemma,)
    for child in verb.children:
        if child.dep_ in {"dobj", "obj", "oprd"}:
            yield (lemma, child.lower_)
            yield (lemma, _joined(child))
        if child.dep_ in {"prep", "prt", "advmod"}:
            for below in child.subtree:
                if below.dep_ == "pobj":
                    yield (lemma, child.lower_, _joined(below))


def _joined(token: Token) -> str:
    """A lemma with what a hyphen joins to it from the left ("U-turn" is three tokens)."""
    word, left = token.lemma_.lower(), token.i
    while left >= 2 and token.doc[left - 1].text == "-" and not token.doc[left - 2].whitespace_:
        word = f"{token.doc[left - 2].lower_}-{word}"
        left -= 2
    return word


def _happened(verb: Token) -> bool:
    """Whether the verb tells what was done: neither denied, nor only possible, wanted or to come."""
    if verb.tag_ == "VB" and not any(child.lower_ in {"did", "do", "does"} for child in verb.children):
        return False
    if any(child.dep_ == "neg" or child.tag_ in UNREAL for child in verb.children):
        return False
    return not any(above.lemma_.lower() in DENIALS for above in verb.ancestors)


def _spoken_of(verb: Token, scene: Scene) -> Mention | None:
    """The issue's mention in the verb's sentence, or in the one before it in the same paragraph."""
    sent = verb.sent
    if (here := _mention(sent.start, sent.end, scene)) is not None:
        return here
    if sent.start == 0 or "\n" in verb.doc[sent.start - 1].text:
        return None
    before = verb.doc[sent.start - 1].sent
    return _mention(before.start, before.end, scene)


def _mention(start: int, end: int, scene: Scene) -> Mention | None:
    inside = (scene.mentions[i] for i in range(start, end) if i in scene.mentions)
    return next((mention for mention in inside if mention.weight >= TELLING), None)


@cache
def _table() -> Turns:
    return {tuple(words): SIGNS[sign] for sign, *words in _lines("turns")}


@cache
def _pressing() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words) for words in _lines("pressing"))


def _lines(name: str) -> list[list[str]]:
    text = files("services.extract").joinpath("rules", f"{name}.txt").read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]

"""Which words report speech, thought or attitude, with the words that hold its content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spacy.tokens import Doc, Token

Frames = Mapping[str, tuple[str, ...]]
POS_SECTIONS = {"VERB": "verbs", "AUX": "verbs", "NOUN": "nouns", "ADJ": "adjectives"}
TIMES = frozenset({"DATE", "TIME"})
PARTING = frozenset({",", "-", "–", "—", "--", "("})
# ", the former secretary of state told reporters in Ohio on Monday,"
PARENTHESIS_LIMIT = 15


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting word in `doc[at]`, the construction it stands in and its content, `doc[start:end]`."""

    at: int
    frame: str
    start: int
    end: int


@cache
def reporting_words() -> Mapping[str, Frames]:
    """Constructions by lemma for verbs, nouns and adjectives, from rules/cues.txt."""
    sections: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in files("services.extract.rules").joinpath("cues.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            lemma, _, frames = line.partition(":")
            section[lemma] = tuple(frames.split())
    return sections


def find_cues(doc: Doc) -> Iterator[Cue]:
    """Every reporting word that has content, in the order of the text."""
    words = reporting_words()
    for token in doc:
        frames = words.get(POS_SECTIONS.get(token.pos_, ""), {}).get(token.lemma_.lower(), ())
        cue = _first_content(token, frames) if frames else _according(token)
        if cue is not None:
            yield cue


def _first_content(token: Token, frames: tuple[str, ...]) -> Cue | None:
    for frame in frames:
        match frame:
            case "that":
                content = _clause(token) or _host(token)
            case "to":
                content = _infinitive(token) or _prepositional(token, frame, frames)
            case "object":
                content = _object(token, frames)
            case "small":
                content = _small_clause(token)
            case preposition:
                content = _prepositional(token, preposition, frames)
        if content is not None:
            return Cue(token.i, frame, *content)
    return None


def _clause(token: Token) -> tuple[int, int] | None:
    for child in token.children:
        if child.dep_ == "ccomp" and not _is_infinitive(child) and not _is_parted(child, token):
            return _extent(child)
        if child.dep_ == "acl" and token.pos_ == "NOUN" and any(mark.lower_ == "that" for mark in child.lefts):
            return _extent(child)
    return None


def _is_parted(clause: Token, verb: Token) -> bool:
    """Whether a colon or semicolon parts a clause from the verb after it: then the verb says something else."""
    return any(token.text in {";", ":"} for token in verb.doc[clause.right_edge.i : verb.i])


def _host(token: Token) -> tuple[int, int] | None:
    """The clause that a parenthesis (", she said,") or "as she said" comments on."""
    host = token.head
    if token.pos_ != "VERB" or host.i == token.i or not any(child.dep_ == "nsubj" for child in token.children):
        return None
    if any(child.dep_ in {"dobj", "xcomp", "ccomp", "prt"} for child in token.rights):
        return None
    if token.dep_ == "parataxis" or (token.dep_ == "advcl" and any(mark.lower_ == "as" for mark in token.lefts)):
        return _without(host, token) if _is_set_off(token) else None
    return None


def _is_set_off(token: Token) -> bool:
    """Whether commas or dashes part the short clause of `token` from the sentence around it."""
    start, end = _extent(token)
    if end - start > PARENTHESIS_LIMIT:
        return False
    return token.doc[start].is_sent_start or token.doc[start - 1].text in PARTING or token.doc[start].text in PARTING


def _infinitive(token: Token) -> tuple[int, int] | None:
    for child in token.children:
        if child.dep_ in {"xcomp", "ccomp", "acl"} and _is_infinitive(child):
            start, end = _extent(child)
            return _start_of_object(token, start), end
    return None


def _start_of_object(verb: Token, complement: int) -> int:
    """Where "him" of "urged him to act", "called on him to act" starts, else the complement."""
    for child in verb.rights:
        if child.i < complement and child.dep_ == "dobj" and child.ent_type_ not in TIMES:
            return child.left_edge.i
        if child.i < complement and child.dep_ == "prep" and child.lower_ in {"on", "upon"}:
            return child.i + 1 if child.right_edge.ent_type_ not in TIMES else complement
    return complement


def _object(token: Token, frames: tuple[str, ...]) -> tuple[int, int] | None:
    """The object with what it is praised or blamed for, or described as."""
    target = next((child for child in token.rights if child.dep_ == "dobj"), None)
    if token.pos_ != "VERB" or target is None:
        return None
    start, end = _extent(target)
    after = (child for child in token.rights if child.i >= end and child.dep_ == "prep" and child.lower_ in frames)
    return start, max([end, *(child.right_edge.i + 1 for child in after)])


def _small_clause(token: Token) -> tuple[int, int] | None:
    """The object and what it is called: "the plan reckless"."""
    called = next((child for child in token.rights if child.dep_ in {"oprd", "ccomp"}), None)
    if called is None or _is_infinitive(called) or any(child.dep_ in {"aux", "mark"} for child in called.lefts):
        return None
    start, end = _extent(called)
    return _start_of_object(token, start), end


def _prepositional(token: Token, preposition: str, frames: tuple[str, ...]) -> tuple[int, int] | None:
    for child in token.rights:
        if child.dep_ in {"prep", "dative"} and child.lower_ == preposition:
            start, end = child.i + 1, child.right_edge.i + 1
            if preposition == "as" or ("that" not in frames and preposition in {"for", "of"}):
                start = min(start, _start_of_object(token, start))
            return (start, end) if end > child.i + 1 else None
    return None


def _according(token: Token) -> Cue | None:
    """ "according to": the content is the clause it belongs to."""
    if token.lower_ != "according" or token.head.i == token.i:
        return None
    content = _without(token.head, token)
    return None if content is None else Cue(token.i, "according", *content)


def _is_infinitive(verb: Token) -> bool:
    return any(child.lower_ == "to" and child.dep_ == "aux" for child in verb.lefts)


def _extent(token: Token) -> tuple[int, int]:
    return token.left_edge.i, token.right_edge.i + 1


def _without(host: Token, part: Token) -> tuple[int, int] | None:
    """The extent of `host` less `part` where that stands at an edge."""
    start, end = _extent(host)
    first, last = _extent(part)
    if first <= start:
        start = last
    elif last >= end or all(token.is_punct or token.is_space for token in host.doc[last:end]):
        end = first
    return (start, end) if start < end else None

"""Who a reporting word gives as its speaker."""

from __future__ import annotations

from spacy.tokens import Token

FINITE = frozenset({"VBD", "VBP", "VBZ"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
BORROWING = frozenset({"xcomp", "advcl", "conj", "ccomp", "acl", "prep", "pcomp", "dobj", "attr", "pobj"})
OWNERS = frozenset({"by", "from", "of"})


def speaker_of(cue: Token) -> Token | None:
    """The head word of the speaker's phrase, None when the text names nobody."""
    if cue.lower_ == "according":
        return next((word for part in cue.children for word in part.children if word.dep_ == "pobj"), None)
    match cue.pos_:
        case "NOUN":
            return _owner(cue) or _subject_above(cue)
        case "ADJ":
            return _subject_above(cue)
        case _:
            return _agent(cue) if _is_passive(cue) else _subject(cue) or _shared(cue)


def source_extent(speaker: Token) -> tuple[int, int]:
    """The speaker's whole phrase as `doc[start:end]`, without what the parser hung on behind it."""
    start, end = speaker.left_edge.i, speaker.right_edge.i + 1
    for child in speaker.rights:
        if child.dep_ in {"relcl", "acl", "advcl", "parataxis"}:
            end = min(end, child.left_edge.i)
    doc = speaker.doc
    while end - 1 > speaker.i and (doc[end - 1].is_punct or doc[end - 1].is_space) and doc[end - 1].text not in ")]":
        end -= 1
    while start < speaker.i and (doc[start].is_punct or doc[start].is_space or doc[start].dep_ == "cc"):
        start += 1
    return start, end


def root_of(token: Token) -> Token:
    """The root of the token's sentence; spaCy's own way there looks at the whole document each time."""
    while token.head.i != token.i:
        token = token.head
    return token


def _subject(verb: Token) -> Token | None:
    return next((child for child in verb.children if child.dep_ in SUBJECTS), None)


def _shared(verb: Token) -> Token | None:
    """The subject of another verb; a finite clause shares none, its own is what the parser lost right before it."""
    if verb.tag_ not in FINITE or verb.dep_ != "ccomp":
        return _subject_above(verb)
    before = verb.nbor(-1) if verb.i else verb
    before = before.nbor(-1) if before.text == "," and before.i else before
    if before.pos_ not in {"NOUN", "PROPN", "PRON"}:
        return None
    return before.head if before.dep_ == "conj" and before.head.pos_ in {"NOUN", "PROPN"} else before


def _is_passive(verb: Token) -> bool:
    if verb.tag_ == "VBN" and verb.dep_ in {"advcl", "acl"}:
        return not any(child.dep_ == "aux" for child in verb.children)
    return any(child.dep_ in {"auxpass", "nsubjpass"} for child in verb.children)


def _agent(verb: Token) -> Token | None:
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            return next((word for word in child.children if word.dep_ == "pobj"), None)
    return None


def _owner(noun: Token) -> Token | None:
    for child in noun.children:
        if child.dep_ == "poss":
            return child
    for child in noun.rights:
        if child.dep_ == "prep" and child.lower_ in OWNERS - {"of"}:
            return next((word for word in child.children if word.dep_ == "pobj"), None)
    return None


def _subject_above(word: Token) -> Token | None:
    """The subject of the verb it depends on: "she left, saying ...", "he wants to say ...", "X voiced concern"."""
    current = word
    for _ in range(5):
        if current.dep_ == "acl" and current.head.pos_ in {"NOUN", "PROPN", "PRON"}:
            return current.head
        if current.dep_ not in BORROWING or current.head.i == current.i:
            return None
        current = current.head
        if current.pos_ not in {"VERB", "AUX"}:
            continue
        subject = _agent(current) if _is_passive(current) and current.i != word.head.i else _subject(current)
        if subject is not None:
            return subject
    return None

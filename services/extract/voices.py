"""Where in a text one actor is meant, where the actor is heard, where others are."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.lexicon import Lexicon

FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our", "mine"})
THIRD_PERSON = frozenset({"he", "she", "they", "his", "her", "their", "him", "them"})
QUOTES = re.compile(r"“[^”]*”?|\"[^\"]*\"?")
SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Voice:
    """Token numbers: where the actor is meant, what the actor says, what anybody else says."""

    mentions: frozenset[int]
    contents: frozenset[int]
    others: frozenset[int]


def whole_voice(doc: Doc) -> Voice:
    """The voice of whoever speaks in a text that is all one voice."""
    everything = frozenset(range(len(doc)))
    return Voice(frozenset(token.i for token in doc if token.lower_ in FIRST_PERSON), everything, frozenset())


def find_voice(doc: Doc, actor: str, lexicon: Lexicon) -> Voice:
    """The voice of the actor named `actor` in a short text, by name, title, pronoun and reporting verb."""
    named = _named(doc, actor, lexicon)
    mentions = named | _pronouns(doc, named)
    mentions |= _echoes(doc, mentions, lexicon)
    speakers = _speakers(doc, lexicon)
    contents = frozenset(i for i, speaker in speakers.items() if _means(doc[speaker], mentions, lexicon))
    others = frozenset(speakers) - contents
    first = frozenset(i for i in contents if doc[i].lower_ in FIRST_PERSON)
    return Voice(frozenset(mentions) | first, contents, others)


def _named(doc: Doc, actor: str, lexicon: Lexicon) -> set[int]:
    words = [word for word in re.split(r"[^\w'’-]+", actor) if word.strip("'’-")]
    if not words:
        return set()
    verbatim = re.search(rf"(?<!\w){re.escape(actor)}(?!\w)", doc.text, re.IGNORECASE)
    if verbatim is not None and not actor.istitle():
        return _verbatim(doc, actor)
    telling = [word for word in words if word.lower() not in lexicon.honorifics and len(word) >= SHORTEST_NAME] or words
    last = telling[-1].rsplit("-", 1)[-1]
    bare = actor == actor.lower() or len(telling) == 1
    found = {token.i for token in doc if _same_name(token, last)}
    if bare:
        found |= {token.i for token in doc if token.lemma_.lower() == last.lower().rstrip("s")}
    if len(telling) > 1:
        found = {i for i in found if not _other_first_name(doc[i], telling, lexicon)} or found
    if not found:
        found = {token.i for token in doc if any(_same_name(token, word) for word in telling)}
    return found


def _verbatim(doc: Doc, actor: str) -> set[int]:
    """The tokens of every place where a description such as "the board of the club" stands as it is."""
    matches = re.finditer(rf"(?<!\w){re.escape(actor)}(?!\w)", doc.text, re.IGNORECASE)
    spans = (doc.char_span(match.start(), match.end(), alignment_mode="expand") for match in matches)
    return {token.i for span in spans if span is not None for token in span}


def _same_name(token: Token, word: str) -> bool:
    return token.text.replace("’", "'") == word.replace("’", "'") or (
        token.lower_ == word.lower() and not word[:1].isupper()
    )


def _other_first_name(token: Token, words: list[str], lexicon: Lexicon) -> bool:
    before = token.nbor(-1) if token.i else None
    if before is None or before.pos_ != "PROPN" or before.dep_ != "compound" or before.text in words:
        return False
    return before.text.strip(".").lower() not in lexicon.honorifics and len(words) > 1 and before.ent_type_ == "PERSON"


def _pronouns(doc: Doc, named: set[int]) -> set[int]:
    found: set[int] = set()
    meant: int | None = None
    for sent in doc.sents:
        topic = meant
        for token in sent:
            if token.i in named and token.dep_ != "compound":
                topic = token.i
            elif _is_person(token):
                topic = token.i if token.dep_ in {"nsubj", "nsubjpass"} or topic not in named | found else topic
            elif token.lower_ in THIRD_PERSON and (topic in named or topic in found):
                found.add(token.i)
        subject = next(
            (t.i for t in sent if t.dep_ in {"nsubj", "nsubjpass"} and (t.i in named or _is_person(t) or t.i in found)),
            None,
        )
        meant = subject if subject is not None else topic
    return found


def _echoes(doc: Doc, mentions: set[int], lexicon: Lexicon) -> set[int]:
    """The "it" or "they" with which an organisation speaks of itself ("the union said it would ...")."""
    found: set[int] = set()
    for token in doc:
        clause = token.head
        if (
            token.lower_ in {"it", "they"}
            and token.dep_ == "nsubj"
            and clause.dep_ == "ccomp"
            and clause.head.i < token.i
        ):
            speaker = speaker_of(clause.head) if _reports(clause.head, lexicon) else None
            if speaker is not None and is_meant(speaker, mentions, lexicon):
                found.add(token.i)
    return found


def _is_person(token: Token) -> bool:
    return (
        token.pos_ == "PROPN"
        and token.ent_type_ in {"PERSON", "ORG"}
        and token.dep_ not in {"compound", "poss", "pobj"}
    )


def _speakers(doc: Doc, lexicon: Lexicon) -> dict[int, int]:
    """Token number of the speaker for each token that somebody says."""
    spoken: dict[int, int] = {}
    last: int | None = None
    quoted = [doc.char_span(m.start(), m.end(), alignment_mode="expand") for m in QUOTES.finditer(doc.text)]
    inside = {token.i for span in quoted if span is not None for token in span}
    for verb in doc:
        if _reports(verb, lexicon) and verb.i not in inside:
            speaker = speaker_of(verb)
            if speaker is not None and speaker.i not in inside:
                for i in _said(verb):
                    spoken[i] = speaker.i
    for span in quoted:
        if span is None:
            continue
        speaker_i = _quote_speaker(doc, range(span.start, span.end), spoken, inside, lexicon)
        speaker_i = last if speaker_i is None else speaker_i
        if speaker_i is not None:
            spoken.update((token.i, speaker_i) for token in span)
            last = speaker_i
    return spoken


def _quote_speaker(doc: Doc, span: range, spoken: dict[int, int], inside: set[int], lexicon: Lexicon) -> int | None:
    known = [spoken[i] for i in span if i in spoken]
    if known:
        return known[0]
    sents = [doc[span.start].sent, doc[span.stop - 1].sent]
    around = [token for sent in sents for token in sent if token.i not in inside]
    if span.stop < len(doc) - 1:
        around += [token for token in doc[span.stop].sent if token.i not in inside]
    for token in around:
        if token.lemma_ in lexicon.reports:
            speaker = speaker_of(token)
            if speaker is not None and speaker.i not in inside:
                return speaker.i
    subjects = [t.i for t in around if t.dep_ in {"nsubj", "nsubjpass"} and t.i < span.start]
    if not around and span.start and doc[span.start - 1].text == ":":
        subjects = [t.i for t in doc[span.start - 1].sent if t.dep_ in {"nsubj", "ROOT"}]
    return subjects[-1] if subjects else None


def agent_of(verb: Token) -> Token | None:
    """Who does what the verb says; of a passive the one named with "by"."""
    by = next((child for child in verb.children if child.dep_ == "agent"), None)
    if by is not None or any(child.dep_ in {"nsubjpass", "auxpass"} for child in verb.children):
        return None if by is None else next(by.children, None)
    return speaker_of(verb)


def speaker_of(verb: Token) -> Token | None:
    """Who is the subject of a verb, through conjunction, control, relative clause and participle."""
    subjects = [child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"} and not _relative(child, verb)]
    if subjects:
        return max(subjects, key=lambda child: (child.i < verb.i, -abs(child.i - verb.i)))
    if verb.dep_ == "prep" and verb.head.dep_ == "dobj":
        return speaker_of(verb.head.head)
    if verb.dep_ in {"relcl", "acl"} and verb.head.pos_ in {"NOUN", "PROPN", "PRON"}:
        return verb.head
    if (
        verb.dep_
        in {"conj", "xcomp", "advcl", "pcomp", "acomp", "attr", "aux", "auxpass", "prep", "parataxis", "dep", "oprd"}
        and verb.head.i != verb.i
    ):
        return speaker_of(verb.head)
    return None


def _relative(subject: Token, verb: Token) -> bool:
    return subject.tag_.startswith("W") and verb.dep_ == "relcl"


def _reports(verb: Token, lexicon: Lexicon) -> bool:
    return verb.pos_ == "VERB" and verb.lemma_.lower() in lexicon.reports


def _said(verb: Token) -> Iterator[int]:
    for child in verb.children:
        if child.dep_ == "ccomp" or (child.dep_ == "parataxis" and child.i < verb.i):
            yield from (token.i for token in child.subtree)
    if verb.dep_ == "parataxis" and verb.head.i != verb.i:
        own = {token.i for token in verb.subtree}
        yield from (token.i for token in verb.sent if token.i not in own)


def _means(speaker: Token, mentions: set[int], lexicon: Lexicon) -> bool:
    return is_meant(speaker, mentions, lexicon)


def named_in(subject: Token, named: Container[int]) -> Iterator[int]:
    """The tokens of a subject that name actors: its head, those beside it and those it includes."""
    if subject.i in named:
        yield subject.i
    for child in subject.children:
        if child.dep_ in {"conj", "appos"}:
            yield from named_in(child, named)
        elif child.lower_ in {"including", "like", "of"}:
            for grand in child.children:
                yield from named_in(grand, named)


def is_meant(token: Token, mentions: Iterable[int], lexicon: Lexicon) -> bool:
    """Whether a noun phrase is the actor, names the actor among others, or speaks for the actor."""
    meant = frozenset(mentions)
    if token.i in meant:
        return True
    for child in token.children:
        if child.dep_ in {"appos", "conj"} and is_meant(child, meant, lexicon):
            return True
        if child.lower_ in {"including", "like"} and any(is_meant(grand, meant, lexicon) for grand in child.children):
            return True
        if child.dep_ in {"poss", "compound"} and child.i in meant and token.lemma_.lower() in lexicon.proxies:
            return True
        stands_for = child.dep_ == "prep" and child.lower_ in {"for", "of"} and token.lemma_.lower() in lexicon.proxies
        if stands_for and any(is_meant(grand, meant, lexicon) for grand in child.children):
            return True
    return token.dep_ == "appos" and token.head.i in meant

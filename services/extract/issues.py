"""Which words of an article are about a tracked issue."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from services.extract.annotating import annotate
from services.extract.columns import columns
from services.extract.composition import operator_sign
from services.extract.lexicon import Lexicon, load_lexicon
from services.extract.mentions import TELLING, Mention, find_mentions
from services.extract.once import once
from services.extract.predicates import OWN_WORD
from services.extract.propositions import Proposition, heads_of, read_proposition
from services.extract.values import Issue
from services.extract.words import stem

TELLERS = frozenset({"NOUN", "PROPN", "VERB", "ADJ"})
# A sentence with this many of the proposition's own words is about it even where no term is named.
WITNESS_WORDS = 2
# How many sentences after a named one may speak of the issue by "it" or "the plan" alone.
REACH = 4
# An issue named in this many sentences is what the article is about: then "it" reaches this much further.
SALIENT, FAR = 3, 15
# What a word tells that two tracked issues share.
SHARED = 0.4


@dataclass(frozen=True, slots=True)
class TrackedIssue:
    """An issue read for matching: its proposition, and its terms as sequences of stems with the side of each."""

    issue: Issue
    proposition: Proposition
    terms: Mapping[tuple[str, ...], int]


def read_issues(issues: Iterable[Issue], *, nlp: Language) -> tuple[TrackedIssue, ...]:
    """The issues of a watchlist, parsed once."""
    lexicon = load_lexicon()
    tracked = [_read_issue(issue, nlp, lexicon) for issue in issues]
    return tuple(
        replace(one, proposition=_less_shared(one, [other for other in tracked if other is not one])) for one in tracked
    )


def _less_shared(tracked: TrackedIssue, others: Iterable[TrackedIssue]) -> Proposition:
    """Words that another issue uses too tell less."""
    shared = {
        word for other in others for word in (*other.proposition.signs, *(w for phrase in other.terms for w in phrase))
    }
    weights = {
        word: min(weight, SHARED) if word in shared else weight for word, weight in tracked.proposition.weights.items()
    }
    return replace(tracked.proposition, weights=weights)


@dataclass(frozen=True, slots=True)
class IssueView:
    """Where a document touches one issue, and where it names others."""

    tracked: TrackedIssue
    mentions: Mapping[int, Mention]
    rivals: frozenset[int]


def view_issues(doc: Doc, issues: Sequence[TrackedIssue], lexicon: Lexicon) -> tuple[IssueView, ...]:
    """The issues a document touches; "it" and "the plan" belong to the issue that was named last."""
    name = "views", tuple(tracked.issue for tracked in issues)
    return once(doc, name, lambda: _views(doc, issues, lexicon))


def _views(doc: Doc, issues: Sequence[TrackedIssue], lexicon: Lexicon) -> tuple[IssueView, ...]:
    touched = [(tracked, found) for tracked in issues if (found := issue_mentions(doc, tracked, lexicon))]
    named = [frozenset(i for i, mention in found.items() if mention.weight >= OWN_WORD) for _, found in touched]
    views = []
    for number, (tracked, found) in enumerate(touched):
        rivals = frozenset[int]().union(*(own for other, own in enumerate(named) if other != number)) - named[number]
        own, others = sorted(named[number]), sorted(rivals)
        kept = {i: mention for i, mention in found.items() if mention.weight >= OWN_WORD or not _nearer(i, others, own)}
        views.append(IssueView(tracked, kept, rivals))
    return tuple(views)


def _nearer(token: int, rivals: Sequence[int], own: Sequence[int]) -> bool:
    return _last_before(token, rivals) > _last_before(token, own)


def _last_before(token: int, places: Sequence[int]) -> int:
    at = bisect_left(places, token)
    return places[at - 1] if at else -1


def issue_mentions(doc: Doc, tracked: TrackedIssue, lexicon: Lexicon) -> dict[int, Mention]:
    """Token numbers that touch the issue, only where the text is about it."""
    named = named_terms(doc, tracked)
    words = with_terms(tracked, lexicon)
    near = _stretch(doc, words, named)
    if not near:
        return {}
    found = find_mentions(doc, words, lexicon, within=near)
    return found | {
        i: Mention(sign, 1.0, found[i].matter, found[i].plan) if i in found else Mention(sign, 1.0, sign, words.change)
        for i, sign in named.items()
    }


def _read_issue(issue: Issue, nlp: Language, lexicon: Lexicon) -> TrackedIssue:
    proposition = read_proposition(nlp(issue.proposition), lexicon)
    docs = annotate(dict.fromkeys((*issue.terms, issue.name)), nlp)
    terms = {phrase: _term_sign(doc, proposition, lexicon) for doc in docs for phrase in _spellings(doc)}
    heads = proposition.heads.union(*(heads_of(doc) for doc in docs))
    named = {phrase: sign for phrase, sign in terms.items() if phrase}
    return TrackedIssue(issue, replace(proposition, heads=heads), named)


def _spellings(term: Doc) -> set[tuple[str, ...]]:
    """A term as stems of lemmas and of its words as typed, with hyphens and without ("Trans-Pacific")."""
    hyphened = [token for token in term if token.is_alpha or token.is_digit or token.text == "-"]
    plain = [token for token in hyphened if token.text != "-"]
    return {
        tuple(map(stem, words))
        for tokens in (plain, hyphened)
        for words in ([token.lemma_ for token in tokens], [token.lower_ for token in tokens])
    }


def _term_sign(doc: Doc, proposition: Proposition, lexicon: Lexicon) -> int:
    root = next(doc.sents).root
    known = proposition.signs.get(stem(root.lemma_))
    if known is not None:
        return known
    acted_on = {stem(token.lemma_) for token in root.subtree if token.i != root.i}
    if operator_sign(root, lexicon) == -1 and not acted_on.isdisjoint(proposition.signs):
        return -proposition.object_sign
    # "Closed league" is a state of what the proposition is about; "assisted dying bill" is no bill that dies.
    states = [
        operator_sign(child, lexicon)
        for child in root.children
        if child.dep_ == "amod" and child.tag_ != "VBG" and stem(child.lemma_) not in proposition.signs
    ]
    return proposition.object_sign * (-1 if -1 in states else 1)


def named_terms(doc: Doc, tracked: TrackedIssue) -> dict[int, int]:
    """The last token of each place where a term stands, with its side."""
    known = columns(doc)
    words = known.stems
    found: dict[int, int] = {}
    for phrase, sign in tracked.terms.items():
        size = len(phrase)
        for start in known.places.get(phrase[0], ()):
            if start > len(words) - size:
                break
            if all(word in (words[i], known.forms[i]) for i, word in enumerate(phrase, start)):
                found.update((i, sign) for i in range(start, start + size) if doc[i].pos_ != "ADP")
            elif size > 1 and doc[start].pos_ == "VERB" and _in_order(words[start : start + size + 1], phrase):
                found[start] = sign
    return found


def with_terms(tracked: TrackedIssue, lexicon: Lexicon) -> Proposition:
    """The proposition with the words of the terms added; the head of a term tells most."""
    placeholders = {stem(word) for word in lexicon.placeholders}
    signs, weights = dict(tracked.proposition.signs), dict(tracked.proposition.weights)
    weights |= {word: min(weight, 0.4) for word, weight in weights.items() if word in placeholders}
    for phrase, sign in tracked.terms.items():
        for word in phrase:
            if word in placeholders or word == "-":
                continue
            signs.setdefault(word, sign)
            weights[word] = max(0.8 if word == phrase[-1] else 0.7, weights.get(word, 0.0))
    return replace(tracked.proposition, signs=signs, weights=weights)


def _in_order(words: Sequence[str], phrase: tuple[str, ...]) -> bool:
    """Whether the words of a term follow one another with one word between ("close the port" for "closed port")."""
    rest = iter(words)
    return all(word in rest for word in phrase)


def _sentences(doc: Doc, named: Mapping[int, int]) -> int:
    """How many sentences name the issue."""
    return len({columns(doc).sentence[i] for i in named})


def _stretch(doc: Doc, words: Proposition, named: Mapping[int, int]) -> frozenset[int]:
    """Token numbers of the sentences about the issue, with the few that follow each."""
    reach = REACH if _sentences(doc, named) < SALIENT else FAR
    known = columns(doc)
    about = {known.sentence[i] for i in named} | _spoken_of(doc, words)
    near = {number for hot in about for number in range(hot, hot + reach + 1)}
    return frozenset(i for number in near if number < len(known.sentences) for i in range(*known.sentences[number]))


def _spoken_of(doc: Doc, words: Proposition) -> set[int]:
    """The sentences with so many different words of the proposition that they are about it."""
    known = columns(doc)
    seen: dict[int, set[str]] = {}
    for word in (word for word, weight in words.weights.items() if weight >= TELLING):
        for i in known.places.get(word, ()):
            if doc[i].pos_ in TELLERS:
                seen.setdefault(known.sentence[i], set()).add(word)
    return {number for number, found in seen.items() if tells_of_it(found, words.heads)}


def tells_of_it(words: Set[str], heads: Set[str]) -> bool:
    """Whether enough different words of one sentence tell of an issue, one of its heads among them.

    "Nominee" and "nomination" are one; "health care" without "law" is another matter.
    """
    different = [word for word in words if not any(other != word and word.startswith(other) for other in words)]
    return len(different) >= WITNESS_WORDS and not heads.isdisjoint(words)

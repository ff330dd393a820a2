"""What the words right around a quotation tell of its speaker."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from services.extract.cues import reporting_words
from services.extract.quotes import Quote
from services.extract.reports import Report, quote_at
from services.extract.sources import SUBJECTS, root_of, speaker_of
from services.extract.values import Span

STOPS = frozenset(".?!;")
OPEN_ENDINGS = frozenset(",?!-–—…:")
# Words between a quotation and its "she said": beyond this it is another clause.
REACH = 30
# In PolNeAR (train) 73 % of the quotations under 25 characters are attributed, 97 % of the longer ones.
SCARE_LIMIT = 25


@dataclass(frozen=True, slots=True)
class Page:
    """A document, its text (spaCy puts it together anew at each asking) and the quotations in it."""

    doc: Doc
    text: str
    quotes: Sequence[Quote]


def spoken(page: Page, quote: Quote) -> Report | None:
    """The quotation with a cue and speaker from the words right after it or right before it in its sentence."""
    after = _words_after(page, quote)
    before = _words_before(page, quote)
    ends_open = _last_mark(page.text, quote.span) in OPEN_ENDINGS
    for words in (after, before) if ends_open else (before,):
        cue = _cue_among(words, lenient=words is after and not before)
        if cue is not None:
            return Report(quote.span, Span(cue.idx, cue.idx + len(cue)), cue.i, _speaker(cue, words), "quote")
    return None


def subject_before(page: Page, quote: Quote) -> Token | None:
    """Whom the sentence before the quotation is about: "Roe was warmer. “...”", "Roe (Ohio). “...”"."""
    doc = page.doc
    at = _token_at(doc, quote.span.start)
    if at == 0 or "\n" in doc[at - 1].text:
        return None
    root = root_of(doc[at - 1])
    subject = next((child for child in root.children if child.dep_ in SUBJECTS), None)
    if subject is None and root.pos_ == "PROPN":
        return root
    return subject if subject is not None and subject.pos_ in {"PROPN", "PRON"} else None


def is_scare(page: Page, quote: Quote) -> bool:
    """Whether the marks only set off a word or two within the reporter's own sentence."""
    is_short = quote.span.end - quote.span.start < SCARE_LIMIT
    return is_short and _last_mark(page.text, quote.span) not in OPEN_ENDINGS | STOPS


def _words_after(page: Page, quote: Quote) -> list[Token]:
    words: list[Token] = []
    at = _token_at(page.doc, quote.span.end)
    for token in page.doc[at : at + REACH]:
        if token.text in STOPS or "\n" in token.text or quote_at(page.quotes, token.idx) is not None:
            break
        words.append(token)
    return words


def _words_before(page: Page, quote: Quote) -> list[Token]:
    """The nearest first."""
    words: list[Token] = []
    at = _token_at(page.doc, quote.span.start)
    for token in reversed(page.doc[max(0, at - REACH) : at]):
        if "\n" in token.text and not words and token.i and token.nbor(-1).text == ":":
            continue
        if token.text in STOPS or "\n" in token.text or quote_at(page.quotes, token.idx) is not None:
            break
        words.append(token)
    return words


def _token_at(doc: Doc, offset: int) -> int:
    return bisect_left(range(len(doc)), offset, key=lambda at: doc[at].idx)


def _last_mark(text: str, span: Span) -> str:
    return text[span.start : span.end].rstrip("\"'”’»")[-1:]


def _cue_among(words: Sequence[Token], *, lenient: bool) -> Token | None:
    """A verb of saying; where the quotation begins its sentence, any verb soon after it ("..., she thundered")."""
    verbs = reporting_words()["verbs"]
    for token in words:
        if token.lower_ == "according":
            return token
        if token.pos_ in {"VERB", "AUX"} and "that" in verbs.get(token.lemma_.lower(), ()):
            return token
    if lenient:
        return next((token for token in words[:6] if token.tag_ in {"VBD", "VBZ"} and token.pos_ == "VERB"), None)
    return None


def _speaker(cue: Token, words: Sequence[Token]) -> Token | None:
    speaker = speaker_of(cue)
    near = {token.i for token in words}
    if speaker is not None and speaker.i in near:
        return speaker
    nouns = [token for token in words if token.pos_ in {"PROPN", "NOUN", "PRON"} and token.dep_ != "compound"]
    return min(nouns, key=lambda token: abs(token.i - cue.i), default=None)

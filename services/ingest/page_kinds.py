"""Telling an article's page from what stands in its place: paywall stubs, consent walls, error pages, live blogs."""

from dataclasses import dataclass

from services.ingest.page_marks import PageMarks
from services.ingest.word_lists import words
from shared.vocabulary import PageKind

# Characters. A notice that stands for an article is short; articles that are as short are kept unless they begin or end
# like a notice. On the 43 article pages of the tests nothing is flagged.
LONGEST_NOTICE = 1_200
LONGEST_STUB = 2_000  # what is shown of an article that must be paid for; whole articles are mostly longer
SHORTEST_PAGE = 200  # what is shorter is a notice, not an article
BEGINNING, END = 300, 600
SHOWN_OF_WHOLE = 0.5  # less of the words that a page says its article has is a stub
CONSENT_WORDS = 2  # phrases; one alone stands under many an article


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page's title, the text taken for its article, everything it shows, and what it declares."""

    title: str
    text: str
    everything: str
    marks: PageMarks


def kind_of(page: SeenPage) -> PageKind:
    """Tell what a page is; where several fit, what stands before the article comes first."""
    text, shown = _plain(page.text), _plain(page.everything)
    if len(text) <= LONGEST_NOTICE and _says(_plain(page.title) + " " + (text or shown)[:BEGINNING], "error_phrases"):
        return PageKind.ERROR
    if _asks_for_consent(text, shown):
        return PageKind.CONSENT
    if _is_stub(text, shown, page.marks):
        return PageKind.PAYWALL
    if page.marks.is_live_blog or _says(_plain(page.title), "live_titles"):
        return PageKind.LIVE_BLOG
    return PageKind.ARTICLE


def _asks_for_consent(text: str, shown: str) -> bool:
    """A banner beside an article is no wall: the phrases must be what was taken for the article, or all there is."""
    if len(text) > LONGEST_NOTICE:
        return False
    asked = text if len(text) >= SHORTEST_PAGE else shown[: 2 * LONGEST_NOTICE]
    return sum(phrase in asked for phrase in words("consent_phrases")) >= CONSENT_WORDS


def _is_stub(text: str, shown: str, marks: PageMarks) -> bool:
    if len(text) <= LONGEST_NOTICE and _says(shown, "paywall_phrases"):
        return True
    if _says(text[-END:], "paywall_phrases"):
        return True
    if marks.is_free:
        return False
    if marks.word_count:
        return text.count(" ") + 1 < SHOWN_OF_WHOLE * marks.word_count
    return len(text) <= LONGEST_STUB


def _says(text: str, phrases: str) -> bool:
    return any(phrase in text for phrase in words(phrases))


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())

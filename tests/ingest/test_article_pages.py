"""Article pages of Readability's tests give nearly the words that a person expects of them."""

import re
from collections import Counter
from pathlib import Path

import pytest

from services.ingest.article_text import text_from_page
from services.ingest.plain_text import paragraphs_of

PAGES = Path(__file__).parents[3] / "shared" / "data" / "third-party" / "pages"

if not PAGES.is_dir():
    pytest.skip(f"NOT TESTED: the article pages are not at hand ({PAGES})", allow_module_level=True)


def test_the_words_of_article_pages_are_found() -> None:
    scores = {}
    for folder in sorted(each for each in PAGES.iterdir() if each.is_dir()):
        found = text_from_page((folder / "source.html").read_bytes(), "http://outlet.example/article").text
        assert found, folder.name
        expected = " ".join(paragraphs_of((folder / "expected.html").read_text(encoding="utf-8")))
        scores[folder.name] = token_f1(found, expected)
    assert len(scores) == 43
    assert sum(scores.values()) / len(scores) >= 0.95


def token_f1(found: str, expected: str) -> float:
    """Return the harmonic mean of precision and recall over words, each counted as often as it stands."""
    ours, theirs = (Counter(re.findall(r"\w+", text.casefold())) for text in (found, expected))
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())

"""When an article that was read again is another one, and from when its new words count."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.ingest.dates import Published
from services.ingest.drafts import ArticleDraft, CurrentText
from services.ingest.revisions import Kept, Revised, WhyKept, revise
from shared.vocabulary import DateSource, PageKind, TextSource
from tests.ingest.conftest import NOW

HOUR = timedelta(hours=1)
CURRENT = CurrentText(
    article_id=1,
    revision=3,
    title="Headline",
    text="She said no.\n\nHe agreed.",
    text_from=TextSource.PAGE,
    page_kind=PageKind.ARTICLE,
    published_at=NOW - 9 * HOUR,
    counts_from=NOW - 9 * HOUR,
    seen_at=NOW - 8 * HOUR,
)
SAME = ArticleDraft(
    document_id=1,
    url="http://outlet.example/1",
    title=CURRENT.title,
    outlet="Outlet",
    byline="",
    language="en",
    text=CURRENT.text,
    text_from=TextSource.PAGE,
    published=Published(CURRENT.published_at, DateSource.FEED),
    page_kind=PageKind.ARTICLE,
)
NEW = replace(SAME, text="She said yes.")


@pytest.mark.parametrize(
    ("draft", "outcome"),
    [
        pytest.param(SAME, Kept(WhyKept.SAME), id="the same"),
        pytest.param(replace(SAME, text="She said  no. He agreed."), Kept(WhyKept.SAME), id="other spacing"),
        pytest.param(replace(SAME, title="Other"), Revised(4, NOW), id="another title"),
        pytest.param(NEW, Revised(4, NOW), id="other words, nobody knows since when"),
        pytest.param(replace(NEW, updated_at=NOW - HOUR), Revised(4, NOW - HOUR), id="the update has a date"),
        pytest.param(replace(NEW, updated_at=NOW + 90 * HOUR), Revised(4, NOW), id="an absurd date"),
        pytest.param(
            replace(NEW, updated_at=NOW - 20 * HOUR), Revised(4, CURRENT.counts_from), id="never before the article"
        ),
        pytest.param(replace(NEW, text_from=TextSource.SUMMARY), Kept(WhyKept.WORSE), id="only the summary is left"),
        pytest.param(replace(NEW, page_kind=PageKind.PAYWALL), Kept(WhyKept.WORSE), id="a stub took its place"),
        pytest.param(replace(NEW, page_kind=PageKind.LIVE_BLOG), Revised(4, NOW), id="it became a live blog"),
    ],
)
def test_revise(draft: ArticleDraft, outcome: Revised | Kept) -> None:
    assert revise(CURRENT, draft, now=NOW) == outcome


@pytest.mark.parametrize(
    "current",
    [
        pytest.param(replace(CURRENT, text_from=TextSource.SUMMARY), id="of a summary"),
        pytest.param(replace(CURRENT, page_kind=PageKind.PAYWALL), id="of a stub"),
    ],
)
def test_the_rest_of_an_article_is_as_old_as_its_beginning(current: CurrentText) -> None:
    assert revise(current, replace(NEW, updated_at=NOW), now=NOW) == Revised(4, CURRENT.counts_from)

"""What stands in an article's place is told from an article."""

import pytest

from services.ingest.article_text import PageText, text_from_page
from shared.vocabulary import ExtractionMethod, PageKind
from tests.ingest.builders import SENTENCE

URL = "http://outlet.example/2016/01/10/bridge"
PARAGRAPHS = "".join(f"<p>Part {number}. {SENTENCE * 3}</p>" for number in range(8))
TEASER = f"<p>{SENTENCE * 3}</p>"
BANNER = "<div><p>We value your privacy. We and our partners store and access information on a device.</p></div>"


def read(body: str, *, title: str = "The bridge", head: str = "") -> PageText:
    return text_from_page(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode(), URL)


def linked(**parts: str) -> str:
    fields = "".join(f', "{name}": {value}' for name, value in parts.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle"{fields}}}</script>'


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        pytest.param(read(f"<article>{PARAGRAPHS}</article>"), PageKind.ARTICLE, id="an article"),
        pytest.param(read(f"<article>{TEASER}</article>"), PageKind.ARTICLE, id="a short one"),
        pytest.param(
            read(f"{BANNER}<article>{PARAGRAPHS}</article>"), PageKind.ARTICLE, id="one under a cookie banner"
        ),
        pytest.param(read(f"{BANNER}<article>{TEASER}</article>"), PageKind.ARTICLE, id="a short one under a banner"),
        pytest.param(
            read(f"<article>{PARAGRAPHS}</article>", title="Error 404: the year the bridge broke"),
            PageKind.ARTICLE,
            id="one about an error",
        ),
        pytest.param(
            read(f"<article>{PARAGRAPHS}</article>", head=linked(isAccessibleForFree="false")),
            PageKind.ARTICLE,
            id="one that must be paid for and is there all the same",
        ),
        pytest.param(
            read(f"<article>{TEASER}</article>", head=linked(isAccessibleForFree="false")),
            PageKind.PAYWALL,
            id="a beginning that says it is not free",
        ),
        pytest.param(
            read(f"<article>{PARAGRAPHS}</article>", head=linked(isAccessibleForFree='"False"', wordCount="4000")),
            PageKind.PAYWALL,
            id="a small part of the words that it says it has",
        ),
        pytest.param(
            read(f"<article>{PARAGRAPHS}<p>Subscribe to continue reading.</p></article>"),
            PageKind.PAYWALL,
            id="a notice at the end",
        ),
        pytest.param(
            read(f"<article>{TEASER}<p>You’ve reached your limit of free articles.</p></article>"),
            PageKind.PAYWALL,
            id="a notice with a printer's apostrophe",
        ),
        pytest.param(
            read(
                "<main><h1>Before you continue</h1><p>We value your privacy. We and our partners store and access "
                "information on a device, such as cookies.</p><button>Accept all cookies</button></main>",
                title="Outlet",
            ),
            PageKind.CONSENT,
            id="a consent wall",
        ),
        pytest.param(
            read("<p>Sorry.</p>", title="Page not found | Outlet"), PageKind.ERROR, id="lost, with status 200"
        ),
        pytest.param(
            read("<p>Checking your browser before accessing outlet.example.</p>", title="Just a moment..."),
            PageKind.ERROR,
            id="a check for robots",
        ),
        pytest.param(
            read("<noscript><p>You need to enable JavaScript to run this app.</p></noscript><div id=root></div>"),
            PageKind.ERROR,
            id="a page that is a program",
        ),
        pytest.param(
            read(f"<article>{PARAGRAPHS}</article>", head=linked(**{"@type": '"LiveBlogPosting"'})),
            PageKind.LIVE_BLOG,
            id="a live blog that says so",
        ),
        pytest.param(
            read(f"<article>{PARAGRAPHS}</article>", title="Bridge closed: live updates"),
            PageKind.LIVE_BLOG,
            id="a live blog by its title",
        ),
    ],
)
def test_kind_of(page: PageText, kind: PageKind) -> None:
    assert page.kind is kind


def test_how_the_text_was_taken_out_is_recorded() -> None:
    body = "The bridge. " * 30
    told = read("<div>Menu</div>", head=linked(articleBody=f'"{body}"'))
    assert told.method is ExtractionMethod.JSON_LD
    assert told.text.startswith("The bridge. The bridge.")
    assert read(f"<article>{PARAGRAPHS}</article>").method is ExtractionMethod.TRAFILATURA

"""What pages declare to machines is read, and what they declare wrongly counts for nothing."""

from datetime import UTC, datetime

import pytest

from services.ingest.page_marks import PageMarks, read_marks

TEN = datetime(2016, 1, 10, 10, tzinfo=UTC)


def read(head: str, attributes: str = "") -> PageMarks:
    return read_marks(f"<html {attributes}><head>{head}</head><body><p>Text.</p></body></html>".encode())


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = '{"@type": "NewsArticle", "datePublished": "2016-01-10T11:00:00+01:00"}'


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(script(ARTICLE), id="plain"),
        pytest.param(script(f"[{ARTICLE}]"), id="in a list"),
        pytest.param(script(f'{{"@graph": [{{"@type": "WebSite"}}, {ARTICLE}]}}'), id="in a graph"),
        pytest.param(script(f'{{"@type": "WebPage", "mainEntity": {ARTICLE}}}'), id="of a page"),
        pytest.param(script(ARTICLE.replace('"NewsArticle"', '["Thing", "ReportageNewsArticle"]')), id="several types"),
        pytest.param(script(f"\n {ARTICLE};\n"), id="with a semicolon"),
        pytest.param(script("{not json") + script(ARTICLE), id="after a broken one"),
        pytest.param(script('{"@type": "NewsArticle", "headline": "a\tb", ' + ARTICLE[25:]), id="with a raw tab"),
    ],
)
def test_the_date_in_json_ld(head: str) -> None:
    assert read(head).by_json_ld == TEN


@pytest.mark.parametrize(
    "head",
    [
        pytest.param('<meta property="article:published_time" content="2016-01-10T10:00:00Z">', id="Open Graph"),
        pytest.param('<meta itemprop="datePublished" content="2016-01-10T10:00:00Z">', id="microdata"),
        pytest.param('<META NAME="DC.date.issued" CONTENT="2016-01-10T10:00:00Z">', id="Dublin Core, shouted"),
        pytest.param('<time pubdate datetime="2016-01-10T10:00:00Z">today</time>', id="a time element"),
    ],
)
def test_the_date_in_meta_elements(head: str) -> None:
    assert read(head).by_meta == TEN


@pytest.mark.parametrize(
    ("head", "attributes", "language"),
    [
        pytest.param("", 'lang="en-GB"', "en-GB", id="of the document"),
        pytest.param('<meta property="og:locale" content="de_DE">', "", "de_DE", id="Open Graph"),
        pytest.param("", "", "", id="none"),
    ],
)
def test_the_language_declared(head: str, attributes: str, language: str) -> None:
    assert read(head, attributes).language == language


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(script("[" * 100_000), id="nested without end"),
        pytest.param(script('{"@type": 7, "datePublished": {"a": 1}}'), id="other kinds of values"),
        pytest.param(script('{"@type": "NewsArticle", "datePublished": 20160110, "wordCount": "many"}'), id="numbers"),
        pytest.param(script("[" + ",".join(["{}"] * 50_000) + "]"), id="very many nodes"),
        pytest.param(script(""), id="empty"),
        pytest.param("", id="nothing"),
    ],
)
def test_nonsense_counts_for_nothing(head: str) -> None:
    assert read(head) == PageMarks()


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe", b"%PDF-1.4", b"<"])
def test_what_is_no_page_declares_nothing(body: bytes) -> None:
    assert read_marks(body) == PageMarks()

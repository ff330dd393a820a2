from __future__ import annotations

from dataclasses import replace

import pytest

from services.alert.render import render, web_link
from tests.alert.builders import AFTER, BEFORE, a_message


@pytest.mark.parametrize("form", ["text", "html"])
def test_both_quotes_dates_outlets_and_links_are_there(form: str) -> None:
    body = getattr(render((a_message(),)), form)
    for seen in (BEFORE, AFTER):
        assert seen.evidence in body
        assert seen.outlet in body
        assert seen.url in body
        assert seen.title in body
    assert "26 February 2026, 09:30 UTC" in body
    assert "2 March 2026, 08:30 UTC" in body
    assert "The city should charge a toll at the harbour." in body
    assert "https://watch.example/figures/ada-quill/issues/harbour-toll" in body
    assert "The subscription “desk” follows Ada Quill on Harbour toll." in body


def test_markup_in_an_article_stays_text_in_html_and_as_written_in_text() -> None:
    hostile = replace(AFTER, evidence="<script>alert(1)</script> & <b>", title='"><img src=x onerror=alert(1)>')
    rendered = render((a_message(after=hostile),))
    assert "<script>" not in rendered.html
    assert "<img" not in rendered.html
    assert "&lt;script&gt;" in rendered.html
    assert "<script>alert(1)</script> & <b>" in rendered.text


def test_characterisations_are_marked_as_such() -> None:
    rendered = render((a_message(after=replace(AFTER, own_words=False)),))
    assert "as reported" in rendered.html
    assert "(as reported)" in rendered.text


def test_controls_and_half_characters_are_left_out_of_the_bodies() -> None:
    rendered = render((a_message(after=replace(AFTER, evidence="a\x00b\x1bc\ud800d\u202ee")),))
    assert "abcde" in rendered.text
    assert "abcde" in rendered.html


@pytest.mark.parametrize(
    ("url", "link"),
    [
        pytest.param("https://a.example/b?c=d&e=f", "https://a.example/b?c=d&e=f", id="a page"),
        pytest.param("javascript:alert(1)", "", id="a script"),
        pytest.param("data:text/html,x", "", id="a document in itself"),
        pytest.param("//a.example", "", id="no scheme"),
        pytest.param("https://[", "", id="no address at all"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_only_links_to_web_pages_are_offered(url: str, link: str) -> None:
    assert web_link(url) == link

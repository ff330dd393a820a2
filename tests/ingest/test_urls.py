"""Many addresses of a page become one."""

import pytest

from services.ingest.urls import canonical_url, same_page, settled_url


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        pytest.param("http://A.Example/x", "http://a.example/x", id="host in capitals"),
        pytest.param("http://a.example:80/x#part", "http://a.example/x", id="default port and fragment"),
        pytest.param("http://a.example:8080", "http://a.example:8080/", id="another port, no path"),
        pytest.param("https://a.example/?utm_source=rss&id=7&fbclid=z", "https://a.example/?id=7", id="trackers go"),
        pytest.param("https://a.example/?id=7&b=%20x", "https://a.example/?id=7&b=%20x", id="others stay as they are"),
        pytest.param("https://a.example/?abc", "https://a.example/?abc", id="a bare query"),
        pytest.param("/story/1", "http://outlet.example/story/1", id="relative"),
        pytest.param("http:///story/1", "http://outlet.example/story/1", id="whole but for its host"),
        pytest.param("//b.example/1", "http://b.example/1", id="protocol-relative"),
        pytest.param("https://a.example/naïve path", "https://a.example/na%C3%AFve%20path", id="unescaped path"),
        pytest.param("", "", id="nothing"),
        pytest.param("javascript:alert(1)", "", id="javascript"),
        pytest.param("data:text/html,x", "", id="data"),
        pytest.param("mailto:a@b.example", "", id="mail"),
        pytest.param("http://user:pw@a.example/", "", id="a user name"),
        pytest.param("http://[::1", "", id="not an address"),
        pytest.param("http://a.example:99999/", "", id="no such port"),
        pytest.param("http://a.example/" + "é" * 700, "", id="too long once it is written out"),
    ],
)
def test_canonical_url(link: str, expected: str) -> None:
    assert canonical_url(link, base="http://outlet.example/feed") == expected


def test_http_and_https_are_the_same_page() -> None:
    assert same_page("http://a.example/x") == same_page("https://a.example/x")


@pytest.mark.parametrize(
    ("final", "canonical", "settled"),
    [
        pytest.param("http://outlet.example/a?x=1", "", "http://outlet.example/a?x=1", id="nothing said"),
        pytest.param("http://outlet.example/a?x=1", "/a", "http://outlet.example/a", id="what it calls itself"),
        pytest.param(
            "http://m.outlet.example/a", "https://www.outlet.example/a", "https://www.outlet.example/a", id="m."
        ),
        pytest.param("http://outlet.example/b", "", "http://outlet.example/a?x=1", id="a redirect within the site"),
        pytest.param("http://other.example/b?utm_source=x", "", "http://other.example/b", id="a counting service"),
        pytest.param(
            "http://outlet.example/a", "http://other.example/a", "http://outlet.example/a?x=1", id="another site"
        ),
        pytest.param(
            "http://outlet.example/a", "http://outlet.example/", "http://outlet.example/a?x=1", id="the home page"
        ),
        pytest.param("http://outlet.example/a", "javascript:x", "http://outlet.example/a?x=1", id="no address"),
        pytest.param("http://outlet.example/a", "http://[", "http://outlet.example/a?x=1", id="a broken address"),
    ],
)
def test_settled_url(final: str, canonical: str, settled: str) -> None:
    assert settled_url("http://outlet.example/a?x=1", final=final, canonical=canonical) == settled

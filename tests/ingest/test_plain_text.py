"""HTML becomes paragraphs whose words and punctuation are the author's."""

import json
from pathlib import Path

import pytest

from services.ingest.plain_text import clean, one_line, paragraphs_of

NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "third-party" / "strings" / "blns.json"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("<p>One.</p><p>Two.</p>", ("One.", "Two."), id="paragraphs"),
        pytest.param("<p>A “quote” — isn’t it…</p>", ("A “quote” — isn’t it…",), id="punctuation stays"),
        pytest.param("<p>a\n  b\t c&nbsp;d</p>", ("a b c d",), id="blanks become single"),
        pytest.param("One<br><br/>Two<br>still two", ("One", "Two still two"), id="two breaks part, one does not"),
        pytest.param("<div>One<p>Two</p>Three</div>", ("One", "Two", "Three"), id="text around blocks"),
        pytest.param("<ul><li>One</li><li>Two</li></ul>", ("One", "Two"), id="a list"),
        pytest.param("<p>a <b>bold</b>, <a href='x'>linked</a>.</p>", ("a bold, linked.",), id="inline marks vanish"),
        pytest.param("<p>x</p><script>alert(1)</script><style>p{}</style>", ("x",), id="scripts vanish"),
        pytest.param("<p>5 &lt; 6 &amp; 7 &gt; 2</p>", ("5 < 6 & 7 > 2",), id="entities are read once"),
        pytest.param("Plain one.\n\nPlain two\nstill two.", ("Plain one.", "Plain two still two."), id="plain text"),
        pytest.param("5 < 6 and 7 > 2", ("5 < 6 and 7 > 2",), id="a lone angle is no markup"),
        pytest.param("<p>unclosed <b>and broken</i", ("unclosed and broken",), id="broken markup"),
        pytest.param("<p>a</p><iframe src='x'/><p>b</p>", ("a", "b"), id="a frame that is closed at once"),
        pytest.param("<p>a</p><object data='x'><p>b</p>", ("a", "b"), id="an object that is never closed"),
        pytest.param("<p>a</p><video>No.</video><p>b</p>", ("a", "b"), id="what stands in for a film vanishes"),
        pytest.param("<p>" + "<iframe>" * 50_000 + "a", ("a",), id="50,000 frames that are never closed"),
        pytest.param("&#X61;&#x62;&#99;", ("abc",), id="letters by number"),
        pytest.param("", (), id="nothing"),
        pytest.param("<p> </p><br>&nbsp;", (), id="nothing to be seen"),
        pytest.param("<dl>" * 100_000 + "deep", ("deep",), id="nested 100,000 deep"),
    ],
)
def test_paragraphs(content: str, expected: tuple[str, ...]) -> None:
    assert paragraphs_of(content) == expected


@pytest.mark.parametrize("unseen", ["\x00", "\ud800", "\ufffe", "\u202e", "\ufeff", "\x1b", "\x9f"])
def test_what_cannot_be_seen_is_taken_out(unseen: str) -> None:
    assert clean(f"a{unseen}b") == "ab"


def test_a_naughty_string_becomes_one_line_that_can_be_stored() -> None:
    if not NAUGHTY.is_file():
        pytest.skip(f"NOT TESTED: the naughty strings are not at hand ({NAUGHTY})")
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        line = one_line(f"<p>{text}</p>")
        assert line == clean(line)
        assert len(line.splitlines()) <= 1
        line.encode("utf-8")

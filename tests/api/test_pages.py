"""The pages for people: what they show, and that hostile text stays text."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from services.api.pages import web_link
from shared.transaction import Begin
from shared.vocabulary import Stance
from tests.api.builders import Said, add_statement, add_storyline, add_watchlist

TIMELINE = "/figures/ana-ruiz/issues/tram"


def test_the_board_shows_position_latest_shift_and_both_quotes(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        add_storyline(tx.session)
    shown = text_of(client.get("/").text)
    assert "Ana Ruiz on Tram" in shown
    assert "▼ against 2 statements commitment, 5 March 2031" in shown
    assert "I see both sides of the tram." in shown
    assert "I will vote against the tram." in shown
    assert "no statement" in shown


def test_an_empty_board_says_how_to_begin(client: httpx.Client) -> None:
    shown = text_of(client.get("/").text)
    assert "stancewatch watchlist apply FILE" in shown
    assert "No shift yet" in shown


def test_the_timeline_marks_the_shift_between_its_statements(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        add_storyline(tx.session)
    shown = text_of(client.get(TIMELINE).text)
    order = [
        "Position today: ▼ against",
        "I see both sides of the tram.",
        "Position after this: mixed",
        "Commitment (half flip) ◆ mixed → ▼ against",
        "Decided by: own words. Confidence 91 %.",
        "I will vote against the tram.",
        "Position after this: against",
    ]
    assert [shown.find(words) for words in order] == sorted(shown.find(words) for words in order)
    assert -1 not in [shown.find(words) for words in order]


def test_the_timeline_says_whose_words_they_are(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        actor = add_watchlist(tx.session)
        add_statement(tx.session, actor, Said(0, Stance.MIXED, "Her view straddles.", own_words=False))
    page = client.get(TIMELINE).text
    assert "someone&#39;s characterisation · confidence 90 %" in page
    assert 'class="dot mixed told"' in page


def test_hostile_text_is_shown_and_never_run(client: httpx.Client, begin: Begin) -> None:
    with begin() as tx:
        actor = add_watchlist(tx.session)
        hostile = '<script>alert(1)</script><img src=x onerror="alert(1)">{{ 7 * 7 }}'
        add_statement(tx.session, actor, Said(0, Stance.FAVOR, hostile, url="javascript:alert(1)", title=hostile))
    answer = client.get(TIMELINE)
    tags = Tags()
    tags.feed(answer.text)
    assert "script" not in tags.names
    assert not [name for name in tags.attributes if name.startswith("on")]
    assert not [target for target in tags.targets if target.startswith("javascript")]
    assert "{{ 7 * 7 }}" in text_of(answer.text)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        pytest.param("https://a.example/x", "https://a.example/x", id="the web"),
        pytest.param("javascript:alert(1)", "", id="a script"),
        pytest.param(" javascript:alert(1)", "", id="a script behind a blank"),
        pytest.param("data:text/html,x", "", id="data"),
        pytest.param("//a.example", "", id="no scheme"),
        pytest.param("http://[", "", id="no address at all"),
    ],
)
def test_only_web_addresses_become_links(url: str, link: str) -> None:
    assert web_link(url) == link


def test_a_figure_that_nobody_watches_is_a_page_that_says_so(client: httpx.Client) -> None:
    answer = client.get("/figures/nobody/issues/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "no such figure or issue" in answer.text


def test_a_name_that_no_figure_can_have_is_no_page(client: httpx.Client) -> None:
    answer = client.get("/figures/%3Cscript%3E/issues/tram")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


class Tags(HTMLParser):
    """The tags, attribute names and link targets of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.targets += [value or "" for name, value in attrs if name in ("href", "src")]


def text_of(page: str) -> str:
    """Return what a reader sees of a page, blanks run together."""
    body = re.sub(r"(?s)<head>.*?</head>", "", page)
    return " ".join(re.sub(r"(?s)<[^>]*>", " ", body).replace("&#39;", "'").split()).replace(" ,", ",")

"""Article pages are asked for only where the site allows it."""

import pytest

from services.ingest.answers import PageLater, PageNever
from services.ingest.fetcher import Manners
from services.ingest.robots import RobotsBook, Welcome
from shared.web import Answered, Limits, Outcome, Refused, Request, TimedOut

MANNERS = Manners("stancewatch/0.1 (+http://example.org)", Limits())
RULES = b"User-agent: *\nDisallow: /private\nAllow: /private/open\n\nUser-agent: other\nDisallow: /"


def answered(status: int, body: bytes = b"") -> Answered:
    return Answered(status, (), body, "http://outlet.example/robots.txt")


@pytest.mark.parametrize(
    ("answer", "path", "expected"),
    [
        pytest.param(answered(200, RULES), "/story", Welcome, id="allowed"),
        pytest.param(answered(200, RULES), "/private/1", PageNever, id="forbidden"),
        pytest.param(answered(200, RULES), "/private/open/1", Welcome, id="the longer rule wins"),
        pytest.param(answered(200, b"\xff\x00garbage"), "/story", Welcome, id="garbage is no rule"),
        pytest.param(answered(404), "/story", Welcome, id="no rules"),
        pytest.param(answered(503), "/story", PageLater, id="a server in trouble: not now"),
        pytest.param(TimedOut("slow"), "/story", PageLater, id="no answer: not now"),
        pytest.param(Refused("closed"), "/story", Welcome, id="the door refuses the page itself"),
    ],
)
def test_permission(answer: Outcome, path: str, expected: type) -> None:
    book = RobotsBook(send=lambda request, limits: answer, manners=MANNERS)
    assert isinstance(book.permission(f"http://outlet.example{path}"), expected)


def test_a_site_is_asked_once_a_day() -> None:
    asked: list[str] = []
    now = 0.0

    def send(request: Request, limits: Limits) -> Outcome:
        asked.append(request.url)
        return answered(200, RULES)

    book = RobotsBook(send=send, manners=MANNERS, clock=lambda: now)
    for _ in range(3):
        book.permission("http://outlet.example/story")
    now = 25 * 3600
    book.permission("http://outlet.example/story")
    assert asked == ["http://outlet.example/robots.txt"] * 2

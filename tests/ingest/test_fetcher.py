"""What a server's answer means, for a feed and for a page."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.ingest.answers import (
    Failed,
    FailureKind,
    FeedAnswer,
    FeedAsked,
    FeedRead,
    Gone,
    NotModified,
    PageAsked,
    PageLater,
    PageNever,
    PageRead,
    Receipt,
    SameBody,
)
from services.ingest.feed_parser import parse_feed
from services.ingest.fetcher import Manners, fetch_feed, fetch_page
from services.ingest.values import NotAFeed
from shared.web import Answered, Headers, Hop, Limits, Outcome, Refused, Request, TimedOut, TooLarge, Unreachable
from tests.ingest.builders import item, rss
from tests.ingest.conftest import NOW

URL = "http://outlet.example/feed"
MANNERS = Manners("probe", Limits())
HAD = Receipt('W/"odd', "some day", "hash")


def answered(status: int, body: bytes = b"", headers: Headers = (), hops: tuple[Hop, ...] = ()) -> Answered:
    return Answered(status, headers, body, URL, hops)


def feed(outcome: Outcome, had: Receipt = HAD) -> FeedAnswer:
    def send(request: Request, limits: Limits) -> Outcome:
        return outcome

    return fetch_feed(FeedAsked(1, URL, had), send=send, parse=parse_feed, manners=MANNERS, now=NOW)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(answered(200, rss(item())), FeedRead, id="a feed"),
        pytest.param(answered(200, b"<html>"), NotAFeed, id="a page"),
        pytest.param(answered(200), NotAFeed, id="an empty body"),
        pytest.param(answered(304), NotModified, id="304"),
        pytest.param(answered(410), Gone, id="410"),
        pytest.param(answered(404), Failed, id="404"),
        pytest.param(answered(301), Failed, id="a redirect without a target"),
        pytest.param(TimedOut("slow"), Failed, id="too slow"),
        pytest.param(TooLarge(200, URL), Failed, id="too large"),
        pytest.param(Unreachable("no such name"), Failed, id="unreachable"),
        pytest.param(Refused("closed"), Failed, id="refused"),
    ],
)
def test_what_a_feed_request_comes_to(outcome: Outcome, expected: type) -> None:
    assert isinstance(feed(outcome), expected)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (answered(403), FailureKind.DENIED),
        (answered(429), FailureKind.BUSY),
        (answered(503), FailureKind.BUSY),
        (answered(500), FailureKind.BROKEN),
        (Refused("closed"), FailureKind.REFUSED),
    ],
)
def test_failures_have_kinds(outcome: Outcome, kind: FailureKind) -> None:
    answer = feed(outcome)
    assert isinstance(answer, Failed)
    assert answer.kind is kind


def test_the_same_body_is_not_read_again() -> None:
    body = rss(item())
    first = feed(answered(200, body))
    assert isinstance(first, FeedRead)
    assert isinstance(feed(answered(200, body, (("etag", "changes-always"),)), first.receipt), SameBody)


def test_a_304_without_validators_keeps_those_we_had() -> None:
    answer = feed(answered(304))
    assert isinstance(answer, NotModified)
    assert answer.receipt == HAD


def test_a_validator_of_eight_kilobytes_is_ignored() -> None:
    answer = feed(answered(200, rss(item()), (("etag", "x" * 8_192), ("last-modified", "garbage in 2093"))))
    assert isinstance(answer, FeedRead)
    assert (answer.receipt.etag, answer.receipt.last_modified) == (None, "garbage in 2093")


def test_an_address_too_long_to_keep_moves_nothing() -> None:
    answer = feed(replace(answered(304, hops=(Hop(301, URL),)), url=f"{URL}?{'x' * 2_000}"))
    assert isinstance(answer, NotModified)
    assert answer.wishes.moved_to is None


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        pytest.param((301, 308), True, id="for good all the way"),
        pytest.param((301, 302), False, id="one of them for now"),
        pytest.param((), False, id="no redirect"),
    ],
)
def test_only_permanent_redirects_move_a_feed(statuses: tuple[int, ...], moved: bool) -> None:
    answer = feed(answered(304, hops=tuple(Hop(status, URL) for status in statuses)))
    assert isinstance(answer, NotModified)
    assert (answer.wishes.moved_to is not None) is moved


HTML = (("content-type", "text/html; charset=utf-8"),)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(answered(200, b"<p>", HTML), PageRead, id="a page"),
        pytest.param(answered(200, b"%PDF-1.7", HTML), PageNever, id="a PDF that claims to be a page"),
        pytest.param(answered(200, b"x", (("content-type", "video/mp4"),)), PageNever, id="a video"),
        pytest.param(answered(404), PageNever, id="not there"),
        pytest.param(answered(502), PageLater, id="a server in trouble"),
        pytest.param(answered(429), PageLater, id="too many requests"),
        pytest.param(TooLarge(200, URL), PageNever, id="50 MB"),
        pytest.param(Unreachable("reset"), PageLater, id="broken off"),
        pytest.param(Refused("a closed network"), PageNever, id="a closed network"),
    ],
)
def test_what_a_page_request_comes_to(outcome: Outcome, expected: type) -> None:
    send: Callable[[Request, Limits], Outcome] = lambda request, limits: outcome  # noqa: E731
    assert isinstance(fetch_page(PageAsked(URL), send=send, manners=MANNERS), expected)

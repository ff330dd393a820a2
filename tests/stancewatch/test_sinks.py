"""The demo's stand-ins behave as the real ones would, on real sockets."""

import smtplib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from standardwebhooks import Webhook

from stancewatch.mail_sink import MailSink
from stancewatch.sinks import Call, SeedOrigin, WebhookSink, first_entries

FEED = b"<rss><channel><title>t</title>\n<item>a</item>\n<item>b</item>\n<item>c</item>\n</channel></rss>\n"
SECRET = "whsec_" + "A" * 32


def test_the_feed_grows_after_it_was_read_once_and_then_stays() -> None:
    with SeedOrigin(FEED) as origin, httpx.Client(trust_env=False) as client:
        assert client.get(origin.url.replace("feed.xml", "healthz")).status_code == 200
        first = client.get(origin.url)
        grown = client.get(origin.url, headers={"If-None-Match": first.headers["etag"]})
        again = client.get(origin.url, headers={"If-None-Match": grown.headers["etag"]})
    assert (first.status_code, first.content) == (200, FEED.replace(b"<item>c</item>\n", b""))
    assert (grown.status_code, grown.content) == (200, FEED)
    assert (again.status_code, again.content, origin.polls) == (304, b"", 3)


def test_other_addresses_of_the_origin_are_not_there() -> None:
    with SeedOrigin(FEED) as origin, httpx.Client(trust_env=False) as client:
        assert client.get(origin.url.replace("feed", "other")).status_code == 404


def test_first_entries_leaves_every_other_byte_alone() -> None:
    assert first_entries(FEED, 3) == FEED
    assert first_entries(FEED, 0) == b"<rss><channel><title>t</title>\n</channel></rss>\n"


def signed(body: str, *, at: datetime | None = None, secret: str = SECRET) -> dict[str, str]:
    moment = at or datetime.now(UTC)
    signature = Webhook(secret).sign("msg_1", moment, body)
    return {"webhook-id": "msg_1", "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": signature}


@pytest.mark.parametrize(
    ("headers_now", "status", "verified"),
    [
        pytest.param(lambda: signed('{"a":1}'), 204, True, id="rightly signed"),
        pytest.param(lambda: signed('{"a":2}'), 401, False, id="signed for another body"),
        pytest.param(
            lambda: signed('{"a":1}', secret="whsec_" + "B" * 32), 401, False, id="signed with another secret"
        ),
        pytest.param(
            lambda: signed('{"a":1}', at=datetime.now(UTC) - timedelta(hours=1)), 401, False, id="signed an hour ago"
        ),
        pytest.param(
            lambda: {**signed('{"a":1}'), "webhook-signature": "nonsense"}, 401, False, id="a malformed signature"
        ),
        pytest.param(dict, 401, False, id="not signed"),
    ],
)
def test_the_sink_checks_signatures(headers_now: Callable[[], dict[str, str]], status: int, verified: bool) -> None:
    told: list[Call] = []
    with WebhookSink(secret=lambda: SECRET, report=told.append) as sink, httpx.Client(trust_env=False) as client:
        answer = client.post(sink.url, content=b'{"a":1}', headers=headers_now())
        listed = client.get(sink.url.replace("/hook", "/")).json()
    assert (answer.status_code, [call.verified for call in sink.calls]) == (status, [verified])
    assert told == list(sink.calls)
    assert [(call["path"], call["verified"], call["body"]) for call in listed] == [("/hook", verified, {"a": 1})]


def test_without_a_secret_the_sink_says_that_it_could_not_check() -> None:
    with WebhookSink() as sink, httpx.Client(trust_env=False) as client:
        assert client.post(sink.url, content=b"not json").status_code == 204
    assert [(call.verified, call.body) for call in sink.calls] == [(None, "not json")]


def test_the_mail_sink_keeps_a_message_with_its_envelope() -> None:
    with MailSink() as sink:
        with smtplib.SMTP(sink.host, sink.port, timeout=10) as client:
            client.sendmail("from@paper.example", ["to@paper.example"], "Subject: A shift\r\n\r\nWords\r\n")
        (mail,) = sink.mails
    assert (mail.sender, mail.recipients) == ("from@paper.example", ("to@paper.example",))
    assert (mail.message["Subject"], mail.message.get_content().strip()) == ("A shift", "Words")


def test_stopping_does_not_wait_for_open_connections() -> None:
    started = time.monotonic()
    with SeedOrigin(FEED) as origin:
        client = httpx.Client(trust_env=False)
        client.get(origin.url)  # leaves a connection open
    client.close()
    assert time.monotonic() - started < 10

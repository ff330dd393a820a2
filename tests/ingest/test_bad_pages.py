"""Whatever stands behind an entry's link, the feed's summary is kept, and nobody waits long for it."""

import socket
import time
from functools import partial

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from services.ingest import fetcher
from services.ingest.article_text import text_from_page
from services.ingest.document_queries import add_documents
from services.ingest.drafts import Origin as Whence
from services.ingest.fetcher import Manners
from services.ingest.handlers import fetch_document
from services.ingest.identity import identify
from services.ingest.values import Entry
from shared.egress import Door
from shared.events import DocumentFound
from shared.leases import LeasePolicy
from shared.tables import Article, Handoff
from shared.transaction import transactions
from shared.vocabulary import PageKind, TextSource
from shared.web import Limits
from tests.ingest.builders import SENTENCE
from tests.ingest.conftest import NOW
from tests.shared.origin import Answer, Origin, answer

HTML = "Content-Type: text/html"
LAST_TRY = LeasePolicy(seconds=60, most_attempts=1)
MANNERS = Manners("probe", Limits(total_seconds=3))


def fifty_megabytes(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>")
    for _ in range(50):
        connection.sendall(b"<p>More.</p>" * 87_381)


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.1)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(fifty_megabytes, id="50 MB"),
        pytest.param(drip, id="a byte now and then"),
        pytest.param(answer(b"%PDF-1.7 \xff\xfe\x00", HTML), id="a PDF that claims to be a page"),
        pytest.param(answer(b"<html><body>" + b"<dl>" * 100_000, HTML), id="100,000 nested lists"),
        pytest.param(answer(b"<html><body>" + b"<br>" * 2_000_000, HTML), id="two million line breaks"),
        pytest.param(
            answer(b'<html><head><meta http-equiv="refresh" content="0;url=/page"></head><body></body></html>', HTML),
            id="a page that sends us to itself",
        ),
        pytest.param(answer(b"", "Location: /page", status="302 Found"), id="a redirect to itself"),
        pytest.param(answer(b"", HTML), id="no byte"),
        pytest.param(answer(b"\x00\x01\x02\xff" * 5_000, HTML), id="noise"),
        pytest.param(
            answer("<p>Nothing.</p>".encode("utf-16"), "Content-Type: text/html; charset=foo"), id="odd charset"
        ),
        pytest.param(
            answer(b"<html><head><title></title></head><body><script>x()</script></body></html>", HTML), id="no words"
        ),
        pytest.param(answer(b"{}", "Content-Type: application/json"), id="JSON"),
        pytest.param(answer(status="451 Unavailable For Legal Reasons"), id="not in your country"),
        pytest.param(answer(status="500 Oops"), id="a broken server, on the last try"),
    ],
)
def test_the_summary_is_kept(reply: Answer, any_database: Engine, origin: Origin, door: Door) -> None:
    origin.answers["/page"] = reply
    begin = transactions(any_database, lambda _: None)
    entry = Entry(guid="1", link=origin.url("/page"), title="Headline", content="<p>The summary.</p>", published_at=NOW)
    with begin() as tx:
        (number,) = add_documents(tx.session, identify([entry], feed_url=origin.url("/feed")), Whence(), now=NOW)
        tx.emit(DocumentFound(document_id=number))
    began = time.monotonic()
    fetch = partial(fetcher.fetch_page, send=door.send, manners=MANNERS)
    fetch_document(number, begin=begin, fetch=fetch, now=NOW, lease=LAST_TRY)
    assert time.monotonic() - began < 30  # a few seconds, on a machine that has nothing else to do
    with Session(any_database) as session:
        article = session.execute(select(Article)).scalar_one()
        tasks = session.execute(select(Handoff.task)).scalars().all()
    assert (article.title, article.text, article.text_from) == ("Headline", "The summary.", TextSource.SUMMARY)
    assert tasks == ["extract.tag_article"]


def test_the_beginning_of_a_page_without_end_is_read() -> None:
    paragraphs = "".join(f"<p>Part {number}. {SENTENCE * 2}</p>" for number in range(20_000))
    page = text_from_page(f"<html><body><article>{paragraphs}</article></body></html>".encode(), "http://a.example/1")
    assert page.kind is PageKind.ARTICLE
    assert page.text.startswith("Part 0.")
    assert "Part 10000." in page.text
    assert "Part 19999." not in page.text
